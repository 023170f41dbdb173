// What is wrong with the page as a person would see it. Returns a list of sentences, empty when nothing is.
({ lang, phone, names }) => {
  const faults = [];
  const shown = (el) => el.getClientRects().length > 0 && getComputedStyle(el).visibility !== "hidden";
  const root = document.documentElement;
  const say = (el) => `<${el.tagName.toLowerCase()}${el.id ? " id=" + el.id : ""}${el.classList.length ? " class=" + [...el.classList].join(".") : ""}>`;

  if (!root.lang.toLowerCase().startsWith(lang)) faults.push(`html lang is "${root.lang}", not ${lang}`);
  if (!document.title.trim()) faults.push("the page has no title");

  if (root.scrollWidth > root.clientWidth + 1) {
    // What an inner scroller hides is fine; the culprit sticks out of the page itself.
    const clipped = (el) => {
      for (let up = el.parentElement; up && up !== document.body; up = up.parentElement)
        if (getComputedStyle(up).overflowX !== "visible") return true;
      return false;
    };
    const wide = [...document.body.querySelectorAll("*")].filter((el) => shown(el) && el.getBoundingClientRect().right > root.clientWidth + 1 && !clipped(el));
    faults.push(`scrolls sideways by ${root.scrollWidth - root.clientWidth} px, from ${wide.length ? say(wide[wide.length - 1]) : "?"}`);
  }

  const painted = (canvas) => {
    if (!canvas.width || !canvas.height) return false;
    // Read from a copy: reading the chart's own canvas twice makes the browser complain of us.
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    const pen = copy.getContext("2d", { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    const pixels = new Uint32Array(pen.getImageData(0, 0, copy.width, copy.height).data.buffer);
    return pixels.some((pixel) => pixel !== pixels[0]);
  };
  for (const canvas of document.querySelectorAll("canvas")) {
    if (!shown(canvas)) continue;
    if (!canvas.clientWidth || !canvas.clientHeight) faults.push(`a chart has no size: ${say(canvas.parentElement)}`);
    else if (!painted(canvas)) faults.push(`a chart is blank: ${say(canvas.closest("[data-chart],[id]") || canvas)}`);
  }
  for (const place of document.querySelectorAll("[data-chart]"))
    if (place.tagName !== "SCRIPT" && place.tagName !== "TEMPLATE" && shown(place) && !place.querySelector("canvas, svg, .blank")) faults.push(`a chart was never drawn: ${say(place)}`);
  for (const image of document.images)
    if (shown(image) && image.complete && !image.naturalWidth) faults.push(`an image did not load: ${image.src}`);

  const leaks = document.body.innerText.match(/\{\{|\{%|\[object |\bNaN\b|\bundefined\b|\bNone\b|%\(\w+\)s/);
  if (leaks) faults.push(`the page shows "${leaks[0]}"`);

  // Names of people and stores are data and stay as they are in every language.
  const words = (el) => {
    const copy = el.cloneNode(true);
    for (const data of copy.querySelectorAll("[lang], [data-text], option, script, style, svg, canvas")) data.remove();
    return names.reduce((text, name) => text.replaceAll(name, ""), copy.textContent).replace(/\s+/g, " ").trim();
  };
  const ours = [...document.querySelectorAll("nav a, nav button, th, label, legend, h2, h3, button, [data-ours]")].filter((el) => shown(el) && !el.closest("[lang]:not(html), [data-text]"));
  for (const el of ours) {
    const text = words(el);
    if (lang === "en" && /[\u3400-\u9fff]/.test(text)) faults.push(`Chinese on an English page: "${text.slice(0, 40)}"`);
    if (lang === "zh" && /^[A-Z][a-z]+( [a-z]+)+$/.test(text)) faults.push(`English on a Chinese page: "${text.slice(0, 40)}"`);
  }
  if (lang === "zh" && !/[\u3400-\u9fff]/.test(document.body.innerText)) faults.push("no Chinese on a Chinese page");
  if (phone && !document.querySelector('meta[name="viewport"]')) faults.push("the page has no viewport for phones");
  return [...new Set(faults)];
}
