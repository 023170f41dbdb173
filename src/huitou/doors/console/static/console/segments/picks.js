/* Names that are looked for and stand as chips: categories, brands, products, stores, segments. */
(function (S) {
  "use strict";
  const form = document.getElementById("segment-form"), tree = document.getElementById("tree");
  const LISTS = ["categories", "brands", "skus"];
  const nameOf = (list, value, of) => {
    if (list === "categories" || of === "categories") return value.split("/").pop();
    if (list === "skus") return S.facts.products[value] || value;
    if (of === "stores" || of === "placed") return S.facts.names.stores[value] || value;
    return (S.facts.names[of] || {})[value] || value;
  };
  function chip(box, at, value, text) {
    const made = document.createElement("span"), drop = document.createElement("button");
    made.className = "chip g";
    made.dataset.at = at;
    made.dataset.value = value;
    made.title = value;
    if (box.dataset.single !== undefined) made.dataset.single = "";
    drop.type = "button";
    drop.className = "x";
    drop.dataset.drop = "";
    drop.setAttribute("aria-label", S.said("take_out", { name: text }));
    drop.textContent = "×";
    made.append(text, drop);
    box.querySelector(".finder").before(made);
  }
  S.showPicks = (box) => {
    const any = box.querySelector("[data-value]") !== null, all = box.querySelector("[data-all]");
    if (all) all.hidden = any;
    box.querySelector(".finder").hidden = any && box.dataset.single !== undefined;
  };
  S.fillPicks = (box, leaf, get) => {
    box.querySelectorAll("[data-value]").forEach((old) => old.remove());
    const lists = box.dataset.of === "goods" ? LISTS.map((list) => [list, box.dataset.picks + "." + list]) : [["", box.dataset.picks]];
    for (const [list, at] of lists) for (const value of [].concat(get(leaf, at) || [])) if (value !== "") chip(box, at, value, nameOf(list, value, box.dataset.of));
  };

  let asked = 0, wait = 0;
  async function find(input) {
    const box = input.closest("[data-picks]"), list = box.querySelector(".found"), mine = ++asked;
    const called = form.querySelector("[name=called]").value;
    const query = new URLSearchParams({ of: box.dataset.of, q: input.value, but: called });
    const answer = await fetch(form.dataset.choices + "?" + query, { headers: { "HX-Request": "true" } });
    const hits = answer.ok ? await answer.text() : "";
    if (mine !== asked || !answer.ok || document.activeElement !== input) return; /* a late answer opens nothing over what comes next */
    list.innerHTML = hits;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }
  function close(but) {
    for (const list of tree.querySelectorAll(".found:not([hidden])")) {
      if (list.parentElement === but) continue;
      list.hidden = true;
      list.parentElement.querySelector("[data-find]").setAttribute("aria-expanded", "false");
    }
  }
  function take(hit) {
    clearTimeout(wait);
    asked += 1;
    const box = hit.closest("[data-picks]"), input = box.querySelector("[data-find]");
    const at = hit.dataset.take ? box.dataset.picks + "." + hit.dataset.take : box.dataset.picks;
    if (hit.dataset.take === "skus") S.facts.products[hit.dataset.value] = hit.dataset.text;
    const there = [...box.querySelectorAll("[data-value]")].some((one) => one.dataset.at === at && one.dataset.value === hit.dataset.value);
    if (!there) chip(box, at, hit.dataset.value, hit.dataset.text);
    input.value = "";
    close(null);
    S.showPicks(box);
    (input.closest(".finder").hidden ? box.querySelector("[data-drop]") : input).focus();
    S.changed();
  }
  tree.addEventListener("input", (e) => {
    if (!e.target.matches("[data-find]")) return;
    e.stopPropagation();
    clearTimeout(wait);
    wait = setTimeout(() => find(e.target), 120);
  }, true);
  tree.addEventListener("focusin", (e) => {
    close(e.target.closest(".finder"));
  });
  document.addEventListener("click", (e) => { if (!(e.target instanceof Element) || !e.target.closest(".finder")) close(null); });
  tree.addEventListener("keydown", (e) => {
    if (!e.target.matches("[data-find], .found .hit")) return;
    if (e.key === "ArrowDown" && e.target.getAttribute("aria-expanded") === "false") { e.preventDefault(); find(e.target); return; }
    const finder = e.target.closest(".finder"), hits = [...finder.querySelectorAll("[data-take]")], here = hits.indexOf(e.target);
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      const next = here + (e.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? finder.querySelector("[data-find]") : hits[Math.min(next, hits.length - 1)])?.focus();
      e.preventDefault();
    } else if (e.key === "Escape") { close(null); finder.querySelector("[data-find]").focus(); }
    else if (e.key === "Enter" && here < 0) { e.preventDefault(); hits[0] && take(hits[0]); }
    else if (e.key === "Backspace" && e.target.value === "") { const last = [...finder.parentElement.querySelectorAll("[data-value]")].pop(); if (last) { last.remove(); S.showPicks(finder.parentElement); S.changed(); } }
  });
  tree.addEventListener("click", (e) => {
    const hit = e.target.closest("[data-take]"), drop = e.target.closest("[data-drop]");
    if (e.target.matches("[data-find]")) find(e.target);
    if (hit) take(hit);
    if (drop) {
      const box = drop.closest("[data-picks]");
      drop.closest("[data-value]").remove();
      S.showPicks(box);
      box.querySelector("[data-find]").focus();
      S.changed();
    }
  });
})(window.HuitouSegments);
