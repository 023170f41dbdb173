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

  HuitouFinder(tree, {
    address: (input) => {
      const of = input.closest("[data-picks]").dataset.of, called = form.querySelector("[name=called]").value;
      return form.dataset.choices + "?" + new URLSearchParams({ of, q: input.value, but: called });
    },
    take: (hit, input) => {
      const box = hit.closest("[data-picks]");
      const at = hit.dataset.take ? box.dataset.picks + "." + hit.dataset.take : box.dataset.picks;
      if (hit.dataset.take === "skus") S.facts.products[hit.dataset.value] = hit.dataset.text;
      const there = [...box.querySelectorAll("[data-value]")].some((one) => one.dataset.at === at && one.dataset.value === hit.dataset.value);
      if (!there) chip(box, at, hit.dataset.value, hit.dataset.text);
      S.showPicks(box);
      (input.closest(".finder").hidden ? box.querySelector("[data-drop]") : input).focus();
      S.changed();
    },
    erase: (finder) => {
      const box = finder.parentElement, last = [...box.querySelectorAll("[data-value]")].pop();
      if (!last) return;
      last.remove();
      S.showPicks(box);
      S.changed();
    },
  });
  tree.addEventListener("click", (e) => {
    const drop = e.target.closest("[data-drop]");
    if (!drop) return;
    const box = drop.closest("[data-picks]");
    drop.closest("[data-value]").remove();
    S.showPicks(box);
    box.querySelector("[data-find]").focus();
    S.changed();
  });
})(window.HuitouSegments);
