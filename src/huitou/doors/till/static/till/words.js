/* What every other script of the till stands on: its words, how elements are made, and who draws when something changed. */
window.till = (() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const words = read("till-words"), begin = read("till-begin");

  /* Of one thing a language may speak otherwise: then the key has a sister, `_one`. */
  const say = (key, facts = {}) => ((facts.count === 1 && words[`${key}_one`]) || (words[key] ?? key)).replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");

  /* el("td.num", "12.80"), el("button", { type: "button" }, "text", other) */
  const el = (name, ...inside) => {
    const [tag, ...classes] = name.split(".");
    const made = document.createElement(tag || "div");
    if (classes.length) made.className = classes.join(" ");
    for (const one of inside) {
      if (one === null || one === undefined || one === false) continue;
      if (typeof one === "object" && !(one instanceof Node)) {
        for (const [key, value] of Object.entries(one)) {
          if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
          else if (value === true) made.setAttribute(key, "");
          else if (value !== false && value !== null) made.setAttribute(key, value);
        }
      } else made.append(one);
    }
    return made;
  };
  const icon = (name) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    made.setAttribute("class", "ti");
    made.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${begin.icons}#${name}`);
    made.append(use);
    return made;
  };

  /* A sentence whose gaps are elements. */
  const sentence = (key, facts) => words[key].split(/(\{\w+\})/).map((part) => facts[part.slice(1, -1)] ?? part);

  const drawers = [];
  const draws = (drawer) => drawers.push(drawer);
  const changed = () => { for (const drawer of drawers) drawer(); };
  const $ = (id) => document.getElementById(id);

  return { begin, say, sentence, el, icon, draws, changed, $ };
})();
