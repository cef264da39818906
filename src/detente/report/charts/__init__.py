"""Drawings as SVG text: small, sharp, styled by the page, each with what it shows in words."""
