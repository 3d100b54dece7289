/** Stacked bars, each before a ghost of what it might have been. */
import { h, svg } from "./dom.js";

const WIDTH = 360;
const HEIGHT = 190;
const LEFT = 44;
const BOTTOM = 18;
const TOP = 8;
const WIDEST = 34;

/**
 * @param {object} drawing
 * @param {{label: string, values: number[], ghost: number}[]} drawing.bars A ghost of 0 is none.
 * @param {{name: string, label: string}[]} drawing.parts What the values of a bar are, from the bottom up.
 * @param {(value: number) => string} drawing.written
 * @param {string} drawing.label
 */
export function plot({ bars, parts, written, label }) {
  const most = bars.reduce((highest, bar) => Math.max(highest, bar.ghost, sum(bar.values)), 1e-9);
  const top = rounded(most);
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const step = (WIDTH - LEFT) / Math.max(bars.length, 5);
  const width = Math.min(WIDEST, step * 0.66);
  const lines = [0, 0.25, 0.5, 0.75, 1].map((share) => [
    svg("line", { class: "grid", x1: LEFT, x2: WIDTH, y1: y(top * share), y2: y(top * share) }),
    share % 0.5 === 0 ? svg("text", { class: "tick", x: LEFT - 6, y: y(top * share) + 3.5, "text-anchor": "end" }, written(top * share)) : null,
  ]).flat();
  const drawn = bars.map((bar, at) => {
    const x = LEFT + step * at + (step - width) / 2;
    let from = 0;
    const pieces = bar.values.map((value, part) => {
      const rect = svg("rect", { class: parts[part].name, x, width, y: y(from + value), height: Math.max(0, y(from) - y(from + value)) });
      from += value;
      return rect;
    });
    const told = [`${bar.label}: `, parts.map((part, index) => `${part.label} ${written(bar.values[index])}`).join(", "), bar.ghost > 0 ? `; without trimming and caching ${written(bar.ghost)}` : ""].join("");
    return svg("g", {}, svg("title", {}, told),
      bar.ghost > 0 ? svg("rect", { class: "ghost", x: x - 2, width: width + 4, y: y(bar.ghost), height: Math.max(0, y(0) - y(bar.ghost)) }) : null, ...pieces);
  });
  const ends = [[0, bars[0]], [bars.length - 1, bars.at(-1)]].filter(([at], index) => index === 0 || at > 0)
    .map(([at, bar]) => svg("text", { class: "tick", x: LEFT + step * (at + 0.5), y: HEIGHT - 4, "text-anchor": "middle" }, bar.label.replace("Turn ", "")));
  return h("figure", { class: "plot" }, svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${label}, ${bars.length} turns` }, lines, drawn, ends));
}

function sum(values) {
  return values.reduce((all, value) => all + value, 0);
}

/** The next round number. */
function rounded(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 4, 5, 8, 10].map((factor) => factor * power).find((number) => number >= value * 0.999);
}
