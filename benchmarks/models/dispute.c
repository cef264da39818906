/* The model of dispute.yaml by hand: one run after another, everything in local variables.
 *
 * Draws are those of detente: Philox4x32-10 with key = seed, counter = (slot, step / 2, run, future); a call serves
 * two steps. exp and log are the C library's.
 */
#include <math.h>
#include <stdint.h>

enum { NUCLEAR, SUCCESS, FAILURE, EXERCISE, WALKOUT, CLASH, REVIEW, ACCORD, WAR, COLLAPSE, ENFORCE, FEAR, TENSION,
       DRAWS };
enum { STEPS_MOST = 5000 };

static const double TWO52 = 2.220446049250313e-16;

/* All draws of an even step and of the next. */
static void draw(const uint32_t slot[DRAWS], uint64_t seed, uint32_t half, uint32_t run, uint32_t future,
                 double even[DRAWS], double odd[DRAWS])
{
    for (int i = 0; i < DRAWS; i++) {
        uint32_t x0 = slot[i], x1 = half, x2 = run, x3 = future, k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
#pragma GCC unroll 10
        for (int round = 0; round < 10; round++) {
            uint64_t p0 = (uint64_t)x0 * 0xD2511F53u, p1 = (uint64_t)x2 * 0xCD9E8D57u;
            x0 = (uint32_t)(p1 >> 32) ^ x1 ^ k0;
            x1 = (uint32_t)p1;
            x2 = (uint32_t)(p0 >> 32) ^ x3 ^ k1;
            x3 = (uint32_t)p0;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        even[i] = ((double)(int64_t)(((uint64_t)x1 << 32 | x0) >> 12) + 0.5) * TWO52;
        odd[i] = ((double)(int64_t)(((uint64_t)x3 << 32 | x2) >> 12) + 0.5) * TWO52;
    }
}

static inline double poly(const double *c, int n, double x)
{
    double total = c[0];
    for (int i = 1; i < n; i++)
        total = total * x + c[i];
    return total;
}

/* The standard normal quantile: Wichura (1988), AS 241. */
static double norminv(double u)
{
    static const double A[] = {2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
        4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2,
        3.3871328727963666080e0};
    static const double B[] = {5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4,
        2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0};
    static const double C[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
        1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0,
        1.42343711074968357734e0};
    static const double D[] = {1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
        1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0,
        1.0};
    static const double E[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
        2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0,
        6.65790464350110377720e0};
    static const double F[] = {2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
        7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1,
        1.0};
    double q = u - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * poly(A, 8, r) / poly(B, 8, r);
    }
    double r = sqrt(-log(q < 0 ? u : 1 - u));
    double tail = r <= 5 ? poly(C, 8, r - 1.6) / poly(D, 8, r - 1.6) : poly(E, 8, r - 5) / poly(F, 8, r - 5);
    return q < 0 ? -tail : tail;
}

static inline int poisson(double u, double mean)
{
    if (u < 1 - mean)
        return 0;
    double p = exp(-mean), total = p;
    int n = 0;
    while (u >= total && !(p < 8.673617379884035e-19 && n > mean)) {
        n++;
        p *= mean / n;
        total += p;
    }
    return n;
}

static inline double clip(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

/* measures is [measure][run], 10 x runs; theta is [future][10]; future i owns runs i * each .. (i + 1) * each - 1. */
void play(int64_t futures, int64_t each, uint64_t seed, int64_t steps, double dt, const double *theta,
          const uint32_t slot[DRAWS], const double *day, double *measures)
{
    const double root = sqrt(dt), sanctions_of[] = {0, 0.5, 1}, enforcement_of[] = {0.1, 0.4, 0.9};
    const int64_t runs = futures * each;
    for (int64_t future = 0; future < futures; future++) {
        const double *a = theta + 10 * future;
        const double nuclear_pace = a[0], launch_pace = a[1], success = a[2], learning = a[3], bite = a[4];
        const double coping = a[5], heat = a[6], cooling = a[7], pull = a[8], sharpness = a[9];
        for (int64_t run = 0; run < each; run++) {
            double reach = 0.4, warhead = 0.4, arsenal = 12, strain = 0.1, adaptation = 0.3, fear = 0.5;
            double tension = 0.35, trust = 0.1, attention = 0.6, resentment = 0.3, u[2][DRAWS];
            int sanctions = 1, direct = 0, suspended = 0, frozen = 0, present = 0, enforcement = 1, clashed = 0;
            int alive = 1, tests = 0, launches = 0, frozen_steps = 0, at_war = 0;
            double reaches = INFINITY, fits = INFINITY, worst = -INFINITY, fears = 0, tensions = 0;
            for (int64_t k = 0; k < steps; k++) {
                if (alive) {
                    const double *x = u[k & 1];
                    if (!(k & 1))
                        draw(slot, seed, (uint32_t)(k >> 1), (uint32_t)run, (uint32_t)future, u[0], u[1]);
                    /* moves, all on what was before */
                    double will = 0.5 + pull * (strain - 0.1) - 0.6 * (fear - 0.5) + 0.5 * (trust - 0.1);
                    int was_direct = direct, was_frozen = frozen;
                    sanctions = strain < 0.3 ? 2 : 1;
                    direct = attention > 0.3 && tension < 0.6;
                    suspended = was_frozen;
                    frozen = was_direct && will > 0.5 ? 1 : will < 0.4 || !was_direct ? 0 : frozen;
                    present = was_direct && attention > 0.2;
                    double v1 = 0.4 * tension, v2 = pull * tension - 0.5 * strain, best = v1 > 0.3 ? v1 : 0.3;
                    best = v2 > best ? v2 : best;
                    double w0 = exp(sharpness * (0.3 - best)), w1 = w0 + exp(sharpness * (v1 - best));
                    double aim = x[ENFORCE] * (w1 + exp(sharpness * (v2 - best)));
                    enforcement = aim < w0 ? 0 : aim < w1 ? 1 : 2;
                    /* luck */
                    double testing = frozen ? 0 : 1, exercises = suspended ? 0 : 1;
                    int nuclear = poisson(x[NUCLEAR], nuclear_pace * testing * exp(-0.5 * will) * dt);
                    int good = poisson(x[SUCCESS], launch_pace * success * testing * dt);
                    int bad = poisson(x[FAILURE], launch_pace * (1 - success) * testing * dt);
                    int exercise = poisson(x[EXERCISE], 2 * exercises * dt);
                    int walkout = poisson(x[WALKOUT], 1.5 * present * dt);
                    int clash = poisson(x[CLASH], 0.5 * tension / 0.35 * dt);
                    int review = poisson(x[REVIEW], 0.25 * dt);
                    (void)poisson(x[ACCORD], 0.2 * trust * (1 - fear) * frozen * dt);
                    int war = x[WAR] >= 1 - 0.004 * clashed;
                    int collapse = poisson(x[COLLAPSE], 0.002 * exp(3 * strain) * dt);
                    clashed = clash;
                    /* change, all from what was before */
                    double enforced = enforcement_of[enforcement];
                    double pressure = sanctions_of[sanctions] * (1 - 0.8 * (1 - enforced)) * (1 - adaptation);
                    double reach_ = reach + 0.03 * (1 - reach) * dt, warhead_ = warhead + 0.02 * (1 - warhead) * dt;
                    arsenal += (3 + 2 * warhead) * dt;
                    adaptation += coping * strain * (1 - adaptation) * dt;
                    strain += (pressure - strain) * bite * dt;
                    fear += (0.4 * exercises + 0.3 - fear) * dt + 0.1 * root * norminv(x[FEAR]);
                    tension += (0.1 - tension) * cooling * dt + 0.15 * root * norminv(x[TENSION]);
                    trust += (present ? 0.4 * (0.8 - trust) : -0.5 * trust) * dt;
                    attention += (0.25 + 0.2 * direct - attention) * 0.8 * dt;
                    resentment += (0.2 + 0.8 * enforced - resentment) * dt;
                    reach = reach_;
                    warhead = warhead_;
                    /* effects, once per occurrence */
                    for (int i = 0; i < nuclear; i++) {
                        warhead += learning;
                        arsenal -= 1;
                        tension += heat * (1 - tension);
                    }
                    for (int i = 0; i < good; i++) {
                        reach += learning;
                        tension += heat / 2 * (1 - tension);
                    }
                    for (int i = 0; i < bad; i++)
                        reach += learning / 3;
                    for (int i = 0; i < exercise; i++)
                        fear += 0.1 * (1 - fear);
                    for (int i = 0; i < walkout; i++)
                        trust *= 0.6;
                    for (int i = 0; i < clash; i++) {
                        tension += heat * (1 - tension);
                        trust *= 0.8;
                    }
                    for (int i = 0; i < review; i++)
                        attention += 0.5 * (0.6 - attention);
                    /* bounds */
                    reach = clip(reach), warhead = clip(warhead), strain = clip(strain);
                    adaptation = clip(adaptation), fear = clip(fear), tension = clip(tension);
                    trust = clip(trust), attention = clip(attention), resentment = clip(resentment);
                    alive = !(war || collapse);
                    tests += nuclear;
                    launches += good + bad;
                    at_war |= war;
                }
                /* watch */
                if (reach >= 1 && reaches == INFINITY)
                    reaches = day[k + 1];
                if (warhead >= 0.9 && fits == INFINITY)
                    fits = day[k + 1];
                worst = strain > worst ? strain : worst;
                fears += fear;
                tensions += tension * dt;
                frozen_steps += frozen;
            }
            const double m[] = {reaches, fits, tests, launches, worst, fears / steps, arsenal,
                                (double)frozen_steps / steps, tensions, at_war};
            for (int i = 0; i < 10; i++)
                measures[i * runs + future * each + run] = m[i];
        }
    }
}
