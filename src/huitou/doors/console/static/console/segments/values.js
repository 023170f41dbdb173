/* A condition's row and its JSON: each blank says by data-at where in the leaf it stands. */
window.HuitouSegments = {};
(function (S) {
  "use strict";
  const facts = JSON.parse(document.getElementById("segment-facts").textContent);
  S.facts = facts;
  S.said = (key, values) => Object.entries(values || {}).reduce((text, [name, value]) => text.replace("{" + name + "}", value), facts.said[key]);

  /* Full-width digits and signs are what a Chinese keyboard writes. */
  const plain = (text) => text.normalize("NFKC").trim();
  const typed = (text, type) => {
    const value = plain(text);
    if (value === "" || type === "text" || type === "word" || type === "day" || type === "clock") return value;
    if (type === "bool") return value === "true";
    const digits = value.replace(/(\d),(?=\d{3})/g, "$1");
    if (type === "money" || type === "degrees") return digits;
    return /^-?\d{1,15}$/.test(digits) ? Number(digits) : value; /* what is no number is told so by the server */
  };
  const get = (leaf, path) => path.split(".").reduce((at, name) => (at === undefined || at === null ? undefined : at[name]), leaf);
  const put = (leaf, path, value) => {
    const names = path.split("."), last = names.pop();
    let at = leaf;
    for (const name of names) at = at[name] = at[name] || {};
    at[last] = value;
  };
  const inUse = (el, row) => { for (let at = el; at && at !== row; at = at.parentElement) if (at.hidden) return false; return true; };

  /* ---- ranges, windows, steps: which of their inputs are asked for */
  function showRange(box) {
    const mode = box.querySelector("[data-mode]").value;
    box.querySelector("[data-one]").hidden = mode === "none";
    box.querySelector("[data-two-too]").hidden = mode !== "between";
    const counted = box.closest("[data-node]").querySelector("[data-at=count]"); /* of nothing at all nobody asks how it is counted */
    if (counted) counted.hidden = mode === "none";
  }
  function showParts(box) {
    const mode = box.querySelector(":scope > [data-mode]").value;
    for (const part of box.querySelectorAll(":scope > [data-for]")) part.hidden = !part.dataset.for.split(" ").includes(mode);
  }
  S.showParts = (row) => {
    row.querySelectorAll("[data-range]").forEach(showRange);
    row.querySelectorAll("[data-window], [data-step]").forEach(showParts);
    row.querySelectorAll("[data-picks]").forEach(S.showPicks);
  };

  function fillRange(box, leaf) {
    const least = leaf.at_least, most = leaf.at_most, mode = box.querySelector("[data-mode]");
    const none = [...mode.options].some((one) => one.value === "none");
    mode.value = least === undefined && most === 0 && none ? "none" : least !== undefined && most !== undefined ? (least === most ? "exactly" : "between") : most !== undefined ? "most" : "least";
    box.querySelector("[data-one]").value = mode.value === "most" ? most : least ?? "";
    box.querySelector("[data-two]").value = most ?? "";
  }
  function readRange(box, leaf) {
    const mode = box.querySelector("[data-mode]").value, type = box.dataset.type;
    const one = typed(box.querySelector("[data-one]").value, type), two = typed(box.querySelector("[data-two]").value, type);
    if (mode === "none") leaf.at_most = 0;
    if ((mode === "least" || mode === "exactly" || mode === "between") && one !== "") leaf.at_least = one;
    if ((mode === "most" || mode === "exactly") && one !== "") leaf.at_most = one;
    if (mode === "between" && two !== "") leaf.at_most = two;
  }
  function fillWindow(box, window) {
    const w = window || {};
    box.querySelector("[data-mode]").value = w.last_days !== undefined ? (w.ago_days !== undefined ? "ended" : "last") : w.ago_days !== undefined ? "before" : w.since || w.until ? "fixed" : "ever";
    for (const part of box.querySelectorAll("[data-part]")) part.value = w[part.dataset.part] ?? (part.dataset.part === "last_days" ? 30 : "");
  }
  function readWindow(box, row) {
    if (box.querySelector("[data-mode]").value === "ever") return undefined;
    const found = {};
    for (const part of box.querySelectorAll("[data-part]")) {
      const value = typed(part.value, part.type === "date" ? "day" : "int");
      if (inUse(part, row) && (value !== "" || part.type !== "date")) found[part.dataset.part] = value; /* what lacks is told so by the server */
    }
    return Object.keys(found).length ? found : { since: "" };
  }

  S.fill = (row, leaf) => {
    for (const input of row.querySelectorAll("[data-at]:not([data-value])")) {
      const value = get(leaf, input.dataset.at);
      input.value = value === undefined || value === null ? (input.tagName === "SELECT" ? input.options[0].value : "") : String(value);
    }
    for (const box of row.querySelectorAll("[data-flags]")) {
      const chosen = (get(leaf, box.dataset.flags) || []).map(String);
      for (const flag of box.querySelectorAll("input")) flag.checked = chosen.includes(flag.value);
    }
    for (const box of row.querySelectorAll("[data-step]")) box.querySelector("[data-mode]").value = get(leaf, box.dataset.step + ".did") ? "did" : "bought";
    row.querySelectorAll("[data-range]").forEach((box) => fillRange(box, leaf));
    row.querySelectorAll("[data-window]").forEach((box) => fillWindow(box, get(leaf, box.dataset.window)));
    row.querySelectorAll("[data-picks]").forEach((box) => S.fillPicks(box, leaf, get));
    for (const more of row.querySelectorAll("details.details")) more.open = S.holds(more.querySelector("[data-details]"), leaf, get);
    S.showParts(row);
  };
  S.holds = (inside, leaf, get) => {
    const of = get(leaf, inside.dataset.details) || {};
    return ["stores", "channels", "weekdays", "from_clock", "to_clock"].some((name) => of[name] !== undefined);
  };
  S.read = (row) => {
    const form = facts.forms[row.dataset.form];
    const leaf = { leaf: form.leaf, ...JSON.parse(JSON.stringify(form.fixed)) };
    for (const box of row.querySelectorAll("[data-step]")) {
      const kind = box.querySelector("[data-mode]").value;
      put(leaf, box.dataset.step, { [kind]: {} });
    }
    for (const el of row.querySelectorAll("[data-at], [data-flags], [data-range], [data-window]")) {
      if (!inUse(el, row)) continue;
      if (el.dataset.range !== undefined) readRange(el, leaf);
      else if (el.dataset.window) { const value = readWindow(el, row); if (value) put(leaf, el.dataset.window, value); }
      else if (el.dataset.flags) {
        const chosen = [...el.querySelectorAll("input:checked")].map((one) => typed(one.value, el.dataset.type));
        if (chosen.length || !el.closest("[data-details]")) put(leaf, el.dataset.flags, chosen);
      } else if (el.dataset.value !== undefined) {
        if (el.dataset.single !== undefined) put(leaf, el.dataset.at, el.dataset.value);
        else put(leaf, el.dataset.at, [...(get(leaf, el.dataset.at) || []), el.dataset.value]);
      } else {
        const value = typed(el.value, el.dataset.type);
        if (value !== "") put(leaf, el.dataset.at, value);
      }
    }
    return leaf;
  };
  /* The form of a leaf: the one whose fixed fields it has. */
  S.formOf = (leaf) => Object.entries(facts.forms).filter(([, form]) => form.leaf === leaf.leaf)
    .sort(([, a], [, b]) => (b.having === "known") - (a.having === "known"))
    .find(([, form]) => (!form.having || leaf[form.having] !== undefined) && Object.entries(form.fixed).every(([name, value]) => leaf[name] === value))?.[0];
})(window.HuitouSegments);
