"use strict";
/* The page answers back: sliders and pickers keep some of the futures that the page carries, and what is marked
   with data-live follows. All arithmetic stands in `ask`, which reads the same table as the Python of the same
   name, so that both say the same. */
(function () {
  const byId = (id) => document.getElementById(id);
  const head = JSON.parse(byId("futures").textContent);
  const NONE = "–", SIGNS = { holds: "●", depends: "◐", fails: "○" };
  const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95];
  const S = head.strategies.length, N = head.futures;
  let table = null;

  // --- the table ---------------------------------------------------------------------------------------------

  async function load() {
    const packed = atob(byId("rows").textContent.trim());
    const bytes = Uint8Array.from(packed, (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const raw = await new Response(stream).arrayBuffer();
    const found = {};
    let at = 0;
    for (const [name, size, shape] of head.layout) {
      const length = shape.reduce((a, b) => a * b, 1);
      found[name] = size === 2 ? new Uint16Array(raw, at, length) : new Uint8Array(raw, at, length);
      at += length * size;
    }
    for (const name of head.deltas) summed(found[name], head.layout.find((one) => one[0] === name)[2].at(-1));
    return found;
  }

  function summed(array, row) {
    for (let i = 0; i < array.length; i += row)
      for (let k = 1; k < row; k++) array[i + k] += array[i + k - 1];
  }

  // --- what part of the futures says ---------------------------------------------------------------------------

  /* A view: ranges {assumption: [low, high]} in per cent, rivals {assumption: [names]}. The futures it keeps. */
  function kept(view) {
    const keep = new Uint8Array(N).fill(1);
    head.assumptions.forEach((one, a) => {
      const range = view.ranges[one.name];
      if (!range) return;
      const low = (range[0] * head.fine) / 100, high = (range[1] * head.fine) / 100;
      for (let i = 0; i < N; i++) {
        const place = table.coordinates[a * N + i];
        if (place < low || place > high) keep[i] = 0;
      }
    });
    head.rivals.forEach((one, r) => {
      const names = view.rivals[one.name];
      if (!names) return;
      const allowed = one.values.map((name) => names.includes(name));
      for (let i = 0; i < N; i++) if (!allowed[table.rivals[r * N + i]]) keep[i] = 0;
    });
    const rows = [];
    for (let i = 0; i < N; i++) if (keep[i]) rows.push(i);
    return Int32Array.from(rows);
  }

  /* The mean of value(i) over rows, and half of its 90 % interval over the scrambles. */
  function mean(rows, value) {
    const n = new Float64Array(head.scrambles), sums = new Float64Array(head.scrambles);
    for (const i of rows) {
      n[i % head.scrambles] += 1;
      sums[i % head.scrambles] += value(i);
    }
    const total = rows.length, middle = sums.reduce((a, b) => a + b, 0) / total;
    const used = n.reduce((a, b) => a + (b > 0), 0);
    if (!total) return [NaN, Infinity];
    if (used < 2) return [middle, Infinity];
    let off = 0;
    for (let k = 0; k < n.length; k++) off += ((sums[k] - n[k] * middle) / total) ** 2;
    return [middle, head.t[used - 1] * Math.sqrt((used / (used - 1)) * off)];
  }

  function portion(rows, holds) {
    const [share, half] = mean(rows, holds);
    if (!rows.length) return { share: null, interval: [0, 1], counted: 0 };
    if (half === Infinity) return { share, interval: [0, 1], counted: rows.length };
    const wide = Math.max(half, head.floor / (rows.length + head.floor));
    return { share, interval: [Math.max(share - wide, 0), Math.min(share + wide, 1)], counted: rows.length };
  }

  function verdict(share) {
    if (share === null || (share > head.failsAt && share < head.holdsAt)) return "depends";
    return share >= head.holdsAt ? "holds" : "fails";
  }

  function claim(rows, c) {
    const state = (i) => table.claims[c * N + i];
    const counted = rows.filter((i) => state(i) & 2);
    const found = portion(counted, (i) => state(i) & 1);
    const loose = counted.reduce((a, i) => a + !(state(i) & 4), 0);
    return { ...found, verdict: verdict(found.share), unsettled: counted.length ? loose / counted.length : 0 };
  }

  /* A claim where all its premises hold, and where not. */
  function follows(rows, c, premises) {
    const holds = (k, i) => (table.claims[k * N + i] & 3) === 3;
    const counted = rows.filter((i) => [c, ...premises].every((k) => table.claims[k * N + i] & 2));
    const all = (i) => premises.every((k) => holds(k, i));
    const value = (i) => (holds(c, i) ? 1 : 0);
    const within = counted.filter(all), without = counted.filter((i) => !all(i));
    return {
      within: portion(within, value), without: portion(without, value),
      share: counted.length ? within.length / counted.length : 0,
    };
  }

  function reading(found) {
    if (Math.min(found.within.counted, found.without.counted) < head.few) return "untold";
    const wide = (one) => (one.interval[1] - one.interval[0]) / 2;
    const difference = found.within.share - found.without.share;
    const half = Math.hypot(wide(found.within), wide(found.without));
    if (difference - half > 0) return "follows";
    if (difference + half < 0) return "against";
    return difference + half < head.asWell ? "nothing" : "untold";
  }

  /* A measure of a future under a strategy, in its own unit. */
  function value(s, m) {
    const one = head.measures[m], start = (s * head.measures.length + m) * N;
    const step = (one.high - one.low) / head.fine;
    return (i) => (one.low + step * table.means[start + i]) / one.factor;
  }

  function passed(rows, s, d) {
    const T = head.points.length, found = new Float64Array(T);
    for (const i of rows) {
      const start = ((s * head.dates.length + d) * N + i) * T;
      for (let t = 0; t < T; t++) found[t] += table.passed[start + t];
    }
    return found.map((sum) => sum / (rows.length * head.perFuture || 1));
  }

  function orders(rows, s, p) {
    return [0, 1, 2, 3].map((k) => {
      const start = ((s * head.pairs.length + p) * 4 + k) * N;
      let sum = 0;
      for (const i of rows) sum += table.orders[start + i];
      return sum / (rows.length * head.perFuture || 1);
    });
  }

  function fan(rows, s, q) {
    const T = head.steps.length, counts = new Uint32Array(T * 256), [low, high] = head.frames[q];
    const traced = rows.filter((i) => i < head.traced);
    for (const i of traced) {
      const start = ((s * head.quantities.length + q) * head.traced + i) * T;
      for (let t = 0; t < T; t++) counts[t * 256 + table.runs[start + t]]++;
    }
    return LEVELS.map((level) => {
      const rank = Math.max(1, Math.ceil(level * traced.length - 1e-9));
      return Array.from({ length: T }, (_, t) => {
        let sum = 0, bin = 0;
        for (; bin < 255; bin++) {
          sum += counts[t * 256 + bin];
          if (sum >= rank) break;
        }
        return low + ((high - low) * bin) / 255;
      });
    });
  }

  /* On a goal: mean, worst decile and greatest regret of every strategy, and who is best. */
  function standing(rows, goal) {
    const good = head.strategies.map((_, s) => Float64Array.from(rows, value(s, goal.measure)).map((v) => goal.sign * v));
    const best = Float64Array.from(rows, (_, k) => Math.max(...good.map((v) => v[k])));
    const each = good.map((values) => ({
      expected: average(values), worst_decile: quantile(values.slice().sort(), 0.1),
      minimax_regret: -best.reduce((most, v, k) => Math.max(most, v - values[k]), 0),
    }));
    const chosen = {};
    for (const attitude of ["expected", "worst_decile", "minimax_regret"]) {
      const most = Math.max(...each.map((one) => one[attitude])), alike = 1e-9 * Math.max(1, Math.abs(most));
      const best = head.strategies.map((_, s) => s).filter((s) => each[s][attitude] >= most - alike);
      chosen[attitude] = { best, value: (attitude === "minimax_regret" ? -1 : goal.sign) * most };
    }
    return chosen;
  }

  const average = (values) => values.reduce((a, b) => a + b, 0) / values.length;

  function quantile(sorted, level) {
    const place = (sorted.length - 1) * level, low = Math.floor(place);
    const above = sorted[Math.min(low + 1, sorted.length - 1)];
    return sorted[low] + (place - low) * (above - sorted[low]);
  }

  /* Everything that a view says of the claims, as plain values. */
  function ask(view) {
    const rows = kept(view), claims = {};
    head.claims.forEach((name, c) => { claims[name] = claim(rows, c); });
    return { futures: rows.length, rows, claims };
  }

  // --- words -----------------------------------------------------------------------------------------------------

  function number(v, digits = 3) {
    if (!isFinite(v)) return NONE;
    if (Math.abs(v) < 1e-12) return "0";
    const places = digits - 1 - Math.floor(Math.log10(Math.abs(v)));
    const unit = 10 ** -places;
    const rounded = places >= 0 ? Number(v.toFixed(Math.min(places, 60))) : Math.round(v / unit) * unit;
    const size = Math.abs(rounded);
    const text = size >= 1e15 || size < 1e-4 ? v.toExponential(digits - 1)
      : rounded.toLocaleString("en", { maximumFractionDigits: Math.min(Math.max(places, 0), 20) });
    return text.replaceAll("-", "−");
  }

  function percent(v) {
    if (v === null || isNaN(v)) return NONE;
    if ((v > 0 && v < 0.01) || (v > 0.99 && v < 1)) return `${(Math.min(Math.max(v, 0.001), 0.999) * 100).toFixed(1)}%`;
    return `${Math.round(v * 100)}%`;
  }

  const between = (low, high) => `${percent(low).replace("%", "")} to ${percent(high)}`;
  const word = (name) => name.replaceAll("_", " ");
  const year = (days) => (head.asOf + days / 365.25).toFixed(1);

  function named(best) {
    if (best.length === S && S > 1) return "all alike";
    const others = best.length - 1;
    return head.labels[best[0]] + (others ? ` and ${others} other${others > 1 ? "s" : ""}` : "");
  }

  function come(curve, level) {
    const t = curve.findIndex((v) => v >= level);
    if (t < 0) return "never";
    if (t === 0) return head.points[0][1];
    const part = (level - curve[t - 1]) / (curve[t] - curve[t - 1] || 1);
    const days = head.points[t - 1][0] + part * (head.points[t][0] - head.points[t - 1][0]);
    const date = new Date(head.asOfTime + days * 864e5);
    return `${date.toLocaleString("en", { month: "short", timeZone: "UTC" })} ${date.getUTCFullYear()}`;
  }

  // --- what follows ------------------------------------------------------------------------------------------------

  const live = new Map();
  for (const node of document.querySelectorAll("[data-live]")) {
    const key = node.dataset.live;
    if (!live.has(key)) live.set(key, []);
    live.get(key).push({ node, html: node.innerHTML, kind: node.getAttribute("class") });
  }

  function put(key, change) {
    for (const { node, html } of live.get(key) || []) change(node, html);
  }

  const say = (key, text) => put(key, (node) => { node.textContent = text; });

  function restore() {
    for (const list of live.values())
      for (const { node, html, kind } of list) {
        node.innerHTML = html;
        if (kind !== null) node.setAttribute("class", kind);
      }
  }

  function showClaims(answer) {
    for (const [name, one] of Object.entries(answer.claims)) {
      const few = one.counted < head.tooFew, key = `claim:${name}`;
      const shown = few ? "too few" : one.verdict;
      put(`${key}:verdict`, (node) => {
        node.className = `verdict ${few ? "few" : one.verdict}`;
        node.innerHTML = `<span class="sign" aria-hidden="true">${few ? "" : SIGNS[one.verdict]}</span>`;
        node.append(shown);
      });
      say(`${key}:share`, percent(one.share));
      const inside = between(...one.interval);
      put(`${key}:interval`, (node, was) => { node.textContent = was.startsWith("[") ? `[${inside}]` : inside; });
      say(`${key}:likelihood`, one.share === null ? NONE : `that is, ${head.likelihood.find(([most]) => one.share <= most)[1]}`);
      say(`${key}:unsettled`, one.share === null ? NONE : percent(one.unsettled));
      put(`${key}:strip`, (node) => strip(node, one, few));
      put(`${key}:node`, (node) => {
        node.setAttribute("class", `node ${few ? "few" : one.verdict}`);
        node.querySelector(".outcome").textContent = `${few ? "" : SIGNS[one.verdict]} ${shown}, ${percent(one.share)}`;
      });
    }
    for (const [name, premises] of Object.entries(head.follows)) {
      const found = follows(answer.rows, head.claims.indexOf(name), premises);
      for (const part of ["within", "without"])
        put(`follows:${name}:${part}`, (node) => {
          const { share, interval } = found[part];
          node.textContent = share === null ? NONE : `${percent(share)} [${between(...interval)}]`;
        });
      say(`follows:${name}:share`, percent(found.share));
      say(`follows:${name}:reading`, head.readings[reading(found)]);
    }
  }

  function strip(node, one, few) {
    const x = (v) => head.strip[0] + v * (head.strip[1] - 2 * head.strip[0]);
    const bar = node.querySelector(".bar"), dot = node.querySelector(".dot");
    if (!bar || !dot) return;
    const style = few ? "few" : one.verdict;
    bar.setAttribute("x1", x(one.interval[0]));
    bar.setAttribute("x2", x(one.interval[1]));
    bar.setAttribute("class", `bar ${style}`);
    dot.setAttribute("cx", x(one.share ?? 0));
    dot.setAttribute("class", `dot ${style}`);
  }

  const fixed = (v) => String(Math.round(v * 10) / 10);
  const path = (xs, ys) => "M" + xs.map((x, k) => `${fixed(x)} ${fixed(ys[k])}`).join("L");
  const area = (xs, upper, lower) =>
    `${path(xs, upper)}L${path([...xs].reverse(), [...lower].reverse()).slice(1)}Z`;

  function scales(low, high) {
    const [width, height, left, right, top, bottom] = head.panel, [first, last] = head.span;
    const clip = (v) => Math.min(Math.max(v, 0), 1);
    return [
      (v) => left + clip((v - first) / (last - first)) * (width - right - left),
      (v) => height - bottom + clip((v - low) / (high - low)) * (top - height + bottom),
    ];
  }

  function showFans(rows, s) {
    head.quantities.forEach((name, q) => {
      const key = `fan:${name}:${head.strategies[s]}`;
      if (!live.has(key)) return;
      if (!rows.some((i) => i < head.traced)) return;
      const found = fan(rows, s, q), [x, y] = scales(...head.frames[q]);
      const xs = head.stepYears.map(x), lines = found.map((line) => line.map(y));
      put(key, (node) => {
        node.querySelector(".band90").setAttribute("d", area(xs, lines[4], lines[0]));
        node.querySelector(".band50").setAttribute("d", area(xs, lines[3], lines[1]));
        node.querySelector(".middle").setAttribute("d", path(xs, lines[2]));
      });
    });
  }

  function showRace(rows, s) {
    const name = head.strategies[s];
    const curves = head.dates.map((_, d) => passed(rows, s, d));
    put(`passage:${name}`, (node) => {
      const [x, y] = scales(0, 1), xs = head.pointYears.map(x);
      const lines = node.querySelectorAll("path.line"), ends = node.querySelectorAll("text.end");
      lines.forEach((line, d) => line.setAttribute("d", path(xs, Array.from(curves[d], y))));
      ends.forEach((end, d) => { end.textContent = percent(curves[d].at(-1)); });
    });
    head.pairs.forEach((_, p) => put(`order:${p}:${name}`, (node) => bar(node, orders(rows, s, p))));
    head.dates.forEach((date, d) => {
      const key = `measure:${date}:${name}`, curve = curves[d];
      const came = mean(rows, (i) => table.passed[((s * head.dates.length + d) * N + i + 1) * head.points.length - 1] / head.perFuture);
      say(`${key}:happens`, percent(curve.at(-1)));
      say(`${key}:interval`, between(Math.max(0, came[0] - came[1]), Math.min(1, came[0] + came[1])));
      say(`${key}:middle`, come(curve, 0.5));
      say(`${key}:spread`, `${come(curve, 0.05)} to ${come(curve, 0.95)}`);
    });
  }

  function bar(node, shares) {
    const rects = node.querySelectorAll("rect"), labels = node.querySelectorAll("text.on");
    let x = head.bar[0];
    shares.forEach((share, k) => {
      const long = share * head.bar[1];
      rects[k].setAttribute("x", fixed(x));
      rects[k].setAttribute("width", fixed(long));
      labels[k].setAttribute("x", fixed(x + long / 2));
      labels[k].textContent = long > 34 ? percent(share) : "";
      x += long;
    });
  }

  function showMeasures(rows, s) {
    const name = head.strategies[s];
    head.measures.forEach((one, m) => {
      const values = value(s, m), [middle, half] = mean(rows, values), key = `measure:${one.name}:${name}`;
      if (one.kind !== "date") {
        say(`${key}:mean`, number(middle));
        say(`${key}:interval`, half < Infinity ? `${number(middle - half)} to ${number(middle + half)}` : NONE);
        say(`${key}:spread`, NONE);
      } else if (!head.dates.includes(one.name)) {
        for (const part of ["happens", "interval", "middle", "spread"]) say(`${key}:${part}`, NONE);
      }
      put(`dot:${one.name}:${name}`, (node) => dot(node, one, Float64Array.from(rows, values).sort(), middle, half));
    });
  }

  function dot(node, one, sorted, middle, half) {
    const low = Number(node.dataset.low), high = Number(node.dataset.high);
    const x = (v) => fixed(head.dot[0] + Math.min(Math.max((v - low) / (high - low || 1), 0), 1) * (head.dot[1] - head.dot[0]));
    const [track, thick] = node.querySelectorAll("line"), width = half < Infinity ? half : 0;
    track.setAttribute("x1", x(quantile(sorted, 0.05)));
    track.setAttribute("x2", x(quantile(sorted, 0.95)));
    thick.setAttribute("x1", x(middle - width));
    thick.setAttribute("x2", x(middle + width));
    node.querySelector("circle").setAttribute("cx", x(middle));
    node.querySelector(".value").textContent = one.kind === "date" ? year(middle) : number(middle);
  }

  function showGoals(rows) {
    for (const goal of head.goals) {
      const chosen = standing(rows, goal), one = head.measures[goal.measure], dated = one.kind === "date";
      for (const [attitude, { best, value: v }] of Object.entries(chosen)) {
        const told = !dated ? number(v) : attitude === "minimax_regret" ? `${number(v / 365.25)} years` : year(v);
        say(`choice:${one.name}:${attitude}`, named(best));
        say(`choiceValue:${one.name}:${attitude}`, `(${told})`);
      }
      head.strategies.forEach((name, s) => put(`dot:${one.name}:${name}`, (node) =>
        node.querySelector("circle").setAttribute("class", s === chosen.expected.best[0] && chosen.expected.best.length < S ? "dot best" : "dot plain")));
    }
  }

  // --- the view, kept in the address ---------------------------------------------------------------------------------

  const view = { ranges: {}, rivals: {}, strategies: null };

  const whole = () => !Object.keys(view.ranges).length && !Object.keys(view.rivals).length;

  function toFragment() {
    const said = [];
    for (const [name, [low, high]] of Object.entries(view.ranges)) said.push(`${encodeURIComponent(name)}=${low}-${high}`);
    for (const [name, names] of Object.entries(view.rivals)) said.push(`${encodeURIComponent(name)}=${names.map(encodeURIComponent).join(",")}`);
    if (view.strategies) said.push(`show=${view.strategies.map(encodeURIComponent).join(",")}`);
    return said.join("&");
  }

  function fromFragment() {
    const said = location.hash.slice(1);
    view.ranges = {}; view.rivals = {}; view.strategies = null;
    let at = said.includes("=") ? "" : said;
    for (const part of said.includes("=") ? said.split("&") : []) {
      const [name, told = ""] = part.split("=").map((text) => { try { return decodeURIComponent(text); } catch { return ""; } });
      const rival = head.rivals.find((one) => one.name === name);
      const range = told.match(/^(\d{1,3})-(\d{1,3})$/);
      if (name === "show") view.strategies = head.strategies.filter((one) => told.split(",").includes(one));
      else if (name === "at") at = told;
      else if (rival) view.rivals[name] = rival.values.filter((one) => told.split(",").includes(one));
      else if (range && head.assumptions.some((one) => one.name === name))
        view.ranges[name] = [Math.min(+range[1], 100), Math.min(+range[2], 100)];
    }
    if (view.strategies && !view.strategies.length) view.strategies = null;
    return at;
  }

  function keep() {
    const said = toFragment();
    history.replaceState(null, "", said ? `#${said}` : location.pathname + location.search);
  }

  let waiting = false;
  function changed() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; keep(); show(); });
  }

  let charts = 0, filtered = false;

  /* The claims at once, the charts and tables as soon as there is time. */
  function show() {
    const begun = performance.now();
    const answer = ask(view), all = whole();
    document.body.classList.toggle("filtered", !all);
    document.body.classList.toggle("none", !answer.futures);
    if (all && filtered) restore();
    if (!all) showClaims(answer);
    filtered = !all;
    for (const node of document.querySelectorAll("[data-picks]"))
      node.toggleAttribute("hidden", Boolean(view.strategies) && !view.strategies.includes(node.dataset.picks.slice(9)));
    tell(answer, all);
    Object.assign(window.detente, { took: performance.now() - begun, shown: answer, drawn: all || !answer.futures });
    clearTimeout(charts);
    if (!all && answer.futures) charts = setTimeout(() => draw(answer.rows), 40);
  }

  function draw(rows) {
    const begun = performance.now();
    head.strategies.forEach((name, s) => {
      if (view.strategies && !view.strategies.includes(name)) return;
      showFans(rows, s); showRace(rows, s); showMeasures(rows, s);
    });
    showGoals(rows);
    Object.assign(window.detente, { tookCharts: performance.now() - begun, drawn: true });
  }

  function tell(answer, all) {
    const few = answer.futures < head.tooFew;
    const count = `${answer.futures.toLocaleString("en")} of ${N.toLocaleString("en")} futures left`;
    byId("count").textContent = all ? `All ${N.toLocaleString("en")} futures` : few ? `${count}: too few to say much` : count;
    byId("ask").classList.toggle("few", few);
    byId("bar-count").textContent = count;
    byId("bar").hidden = all;
  }

  // --- controls ------------------------------------------------------------------------------------------------------

  function make(tag, attributes = {}, ...inside) {
    const node = document.createElement(tag);
    for (const [name, told] of Object.entries(attributes)) node.setAttribute(name, told);
    node.append(...inside);
    return node;
  }

  function slider(one) {
    const box = make("div", { class: "slider", "data-assumption": one.name });
    const told = make("output", {});
    const ends = ["lowest", "highest"].map((end, k) => make("input", {
      type: "range", min: 0, max: 100, step: 1, value: k * 100, "aria-label": `${word(one.name)}, ${end}`, class: end,
    }));
    const track = make("div", { class: "track" }, make("span", { class: "inside" }), ...ends);
    const said = () => {
      const [low, high] = ends.map((end) => +end.value);
      const text = [low, high].map((p) => number(one.values[p]));
      told.textContent = `${text[0]} to ${text[1]}${one.unit ? ` ${one.unit}` : ""}`;
      ends.forEach((end, k) => end.setAttribute("aria-valuetext", `${text[k]} ${one.unit}`.trim()));
      track.style.setProperty("--low", `${low}%`);
      track.style.setProperty("--high", `${high}%`);
    };
    ends.forEach((end, k) => end.addEventListener("input", () => {
      if (+ends[0].value > +ends[1].value) end.value = ends[1 - k].value;
      const [low, high] = ends.map((e) => +e.value);
      if (low === 0 && high === 100) delete view.ranges[one.name]; else view.ranges[one.name] = [low, high];
      said(); changed();
    }));
    box.set = () => {
      const [low, high] = view.ranges[one.name] || [0, 100];
      ends[0].value = low; ends[1].value = high; said();
    };
    box.append(make("div", { class: "name" }, make("code", {}, one.name), " ", told), track);
    box.set();
    return box;
  }

  function picker(title, names, labels, chosen, pick) {
    const box = make("fieldset", { class: "picker" }, make("legend", {}, title));
    const inputs = names.map((name, k) => {
      const input = make("input", { type: "checkbox", value: name });
      box.append(make("label", {}, input, ` ${labels[k]}`));
      input.addEventListener("change", () => {
        const on = inputs.filter((one) => one.checked).map((one) => one.value);
        pick(on.length === names.length ? null : on);
        changed();
      });
      return input;
    });
    box.set = () => { const now = chosen(); inputs.forEach((one) => { one.checked = !now || now.includes(one.value); }); };
    box.set();
    return box;
  }

  const boxes = [];
  function add(box, to) { boxes.push(box); to.append(box); return box; }

  function controls() {
    const sliders = byId("sliders"), more = byId("more");
    const shown = new Set();
    const place = (one) => { if (!shown.has(one.name)) { shown.add(one.name); add(slider(one), sliders); more.querySelector(`[value="${CSS.escape(one.name)}"]`)?.remove(); } };
    for (const one of head.assumptions) more.append(make("option", { value: one.name }, word(one.name)));
    head.assumptions.filter((one, k) => k < head.sliders || view.ranges[one.name]).forEach(place);
    more.addEventListener("change", () => {
      const one = head.assumptions.find((a) => a.name === more.value);
      if (one) { place(one); sliders.lastElementChild.querySelector("input").focus(); }
      more.value = "";
    });
    byId("more-label").hidden = head.assumptions.length <= head.sliders;
    for (const one of head.rivals)
      add(picker(word(one.name), one.values, one.values.map(word), () => view.rivals[one.name],
        (on) => { if (on) view.rivals[one.name] = on; else delete view.rivals[one.name]; }), byId("rivals"));
    if (S > 1) add(picker("Strategies shown", head.strategies, head.labels, () => view.strategies,
      (on) => { view.strategies = on && on.length ? on : null; }), byId("strategies-shown"));
    for (const id of ["reset", "bar-reset"]) byId(id).addEventListener("click", () => {
      view.ranges = {}; view.rivals = {}; view.strategies = null;
      boxes.forEach((box) => box.set()); changed();
      if (id === "bar-reset") byId("reset").focus({ preventScroll: true });
    });
    window.addEventListener("hashchange", () => {
      const at = fromFragment();
      Object.keys(view.ranges).forEach((name) => place(head.assumptions.find((one) => one.name === name)));
      boxes.forEach((box) => box.set()); show(); go(at);
    });
    byId("ask-controls").hidden = false;
    byId("ask-off").hidden = true;
  }

  // --- moving about ----------------------------------------------------------------------------------------------------

  function go(id) {
    const target = id && byId(id);
    if (!target) return;
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView({ behavior: "instant" });
    if (!target.hasAttribute("tabindex") && target.tagName !== "DETAILS") target.setAttribute("tabindex", "-1");
    (target.tagName === "DETAILS" ? target.querySelector("summary") : target).focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#'], a[*|href^='#']");
    const id = link && decodeURIComponent((link.getAttribute("href") || "").slice(1));
    if (!id || !byId(id)) return;
    event.preventDefault();
    const said = toFragment();
    history.pushState(null, "", said ? `#${said}&at=${encodeURIComponent(id)}` : `#${encodeURIComponent(id)}`);
    go(id);
  });

  function structure() {
    const box = document.querySelector('[data-live="structure"]');
    if (!box) return;
    const items = [...box.querySelectorAll(".item")], links = [...box.querySelectorAll(".link")];
    const choose = (item) => {
      const id = item && item.dataset.node, near = new Set([id]);
      box.classList.toggle("chosen", Boolean(item));
      for (const link of links) {
        const [a, b] = link.dataset.ends.split(" ");
        link.classList.toggle("reads", b === id);
        link.classList.toggle("readby", a === id);
        if (a === id) near.add(b);
        if (b === id) near.add(a);
      }
      for (const one of items) one.classList.toggle("near", near.has(one.dataset.node));
    };
    for (const item of items) {
      item.addEventListener("pointerenter", () => choose(item));
      item.addEventListener("pointerleave", () => choose(null));
      item.addEventListener("focus", () => choose(item));
      item.addEventListener("blur", () => choose(null));
    }
  }

  window.addEventListener("beforeprint", () => {
    for (const node of document.querySelectorAll("details:not([open], .aside)")) { node.open = true; node.dataset.shut = ""; }
  });
  window.addEventListener("afterprint", () => {
    for (const node of document.querySelectorAll("details[data-shut]")) { node.open = false; delete node.dataset.shut; }
  });

  window.detente = { ask, view, head, passed, orders, fan, mean, value, standing, kept, ready: null };
  live.delete("structure");
  structure();
  const start = fromFragment();
  window.detente.ready = load().then((found) => {
    table = found;
    controls();
    show();
    go(start);
  });
})();
