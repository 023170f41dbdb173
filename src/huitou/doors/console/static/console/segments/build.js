/* The builder: what is typed, added and moved; what is wrong where; the count behind every change. */
(function (S) {
  "use strict";
  const form = document.getElementById("segment-form"), root = S.root, dialog = document.getElementById("add-dialog"), menu = document.getElementById("row-menu");
  const CHECK_MS = 180;
  let checked = 0, wait = 0, box = root, current = null, asked = null;

  /* ---- asked: first what it says and whether it can be, at once; then the count */
  S.ask = (tree) => {
    /* A blank that is left tells its change again: what is asked already, or was stopped, is not asked a second time;
       and whoever went to press Stop found the count begun anew. Where it failed it is. */
    if (tree === asked && !document.querySelector("#live .note.e")) return;
    asked = tree;
    clearTimeout(wait);
    checked += 1; /* what is looked over of the tree before is counted no more: its count would cover what is wrong now */
    S.stopCount();
    if (!tree) { wrongs([]); nobody(); return; }
    wait = setTimeout(() => check(tree), CHECK_MS);
  };
  async function check(tree) {
    const mine = ++checked;
    let told;
    try { told = await (await S.post(form.dataset.check, { tree })).json(); } catch (failed) { asked = null; if (mine === checked) S.failed({ says: S.facts.said.failed }, true); return; }
    if (mine !== checked) return;
    if (!told.wrong) { S.failed({ says: told.message || S.facts.said.failed }); return; }
    if (told.sentence) {
      form.querySelector("[data-sentence]").textContent = told.sentence;
      form.querySelector("[data-other-sentence]").textContent = told.other;
    }
    wrongs(told.wrong);
    if (told.wrong.length) S.failed(told.wrong.some((one) => one.at) ? { says: S.facts.said.wrong } : told.wrong[0]);
    else S.count(tree);
  }
  function nobody() {
    S.forget();
    const blank = document.createElement("div"), bold = document.createElement("b");
    blank.className = "blank slim";
    bold.textContent = S.facts.said.empty;
    blank.append(bold, S.facts.said.empty_next);
    document.getElementById("live").replaceChildren(blank);
    for (const text of ["[data-sentence]", "[data-other-sentence]"]) form.querySelector(text).textContent = "";
  }
  function wrongs(found) {
    for (const note of root.querySelectorAll("[data-trouble]")) { note.hidden = true; note.textContent = ""; note.closest("[data-node]").classList.remove("wrong"); }
    for (const one of found) {
      const at = [...root.querySelectorAll("[data-node]")].filter((row) => row.dataset.place && (one.at === row.dataset.place || one.at.startsWith(row.dataset.place + ".")))
        .sort((a, b) => b.dataset.place.length - a.dataset.place.length)[0];
      if (!at) continue;
      const note = at.querySelector(":scope > [data-trouble]");
      at.classList.add("wrong");
      note.hidden = false;
      note.textContent = (note.textContent ? note.textContent + " " : "") + one.says;
    }
  }
  S.counted = (told) => {
    for (const row of root.querySelectorAll("[data-node]")) {
      const there = told.rows[row.dataset.place], cell = row.querySelector(row.dataset.node === "leaf" ? ":scope > .cnt" : ":scope > .gh .cnt");
      if (!there) { cell.replaceChildren(); continue; }
      const bold = document.createElement("b"), note = document.createElement("em");
      bold.textContent = there.count;
      note.textContent = there.note;
      cell.replaceChildren(bold, note);
    }
  };

  /* ---- typed and chosen */
  root.addEventListener("input", (e) => { if (!e.target.matches("[data-find]")) S.changed(); });
  root.addEventListener("change", (e) => {
    const row = e.target.closest("[data-node=leaf]");
    if (row && !e.target.matches("[data-find]")) S.showParts(row);
    if (!e.target.matches("[data-find]")) S.changed();
  });
  form.addEventListener("submit", (e) => { if (e.submitter?.name !== "do") e.preventDefault(); });
  root.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && e.target.matches("input")) e.preventDefault(); /* Enter in a blank is no wish to keep it */
    const row = e.target.closest("[data-node]");
    const act = e.altKey && row && { ArrowUp: "up", ArrowDown: "down", ArrowRight: "into", ArrowLeft: "out" }[e.key];
    if (act) { e.preventDefault(); S.act(act, row); }
    else if (e.key === "Delete" && e.target.matches("[data-grip]")) S.act("remove", row);
  });
  document.addEventListener("keydown", (e) => {
    if (!(e.ctrlKey || e.metaKey) || e.altKey || document.querySelector("dialog[open]")) return;
    if (e.target instanceof Element && e.target.matches("input.name")) return;
    const key = e.key.toLowerCase();
    if (key === "z" && !e.shiftKey) { e.preventDefault(); S.undo(); }
    else if (key === "y" || (key === "z" && e.shiftKey)) { e.preventDefault(); S.redo(); }
  });

  /* ---- added */
  function openDialog(into) {
    box = into;
    dialog.querySelector("[data-filter]").value = "";
    filter("");
    dialog.showModal();
    dialog.querySelector("[data-filter]").focus();
  }
  function filter(words) {
    const wanted = words.trim().toLowerCase();
    let any = false;
    for (const group of dialog.querySelectorAll(".addgroup")) {
      const buttons = [...group.querySelectorAll("[data-form]")];
      for (const one of buttons) { one.hidden = !one.dataset.words.includes(wanted); any = any || !one.hidden; }
      group.hidden = buttons.every((one) => one.hidden);
    }
    dialog.querySelector("[data-none]").hidden = any;
  }
  const added = (key) => S.leafRow(S.facts.forms[key].begins, key);
  dialog.addEventListener("input", (e) => filter(e.target.value));
  dialog.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && e.target.matches("[data-filter]")) { e.preventDefault(); dialog.querySelector("[data-form]:not([hidden])")?.click(); }
  });
  dialog.addEventListener("click", (e) => {
    const chosen = e.target.closest("[data-form]");
    if (chosen) { dialog.close(); S.add(added(chosen.dataset.form), box); }
  });
  document.addEventListener("click", (e) => {
    if (!(e.target instanceof Element)) return;
    const add = e.target.closest("[data-add]"), group = e.target.closest("[data-add-group]"), suggested = e.target.closest("[data-suggest]"), opener = e.target.closest("[data-menu]"), act = e.target.closest("[data-act]");
    if (add) openDialog(add.closest("[data-node=group]") || root);
    else if (group) { const made = S.groupRow(group.dataset.addGroup, []); S.add(made, root); made.querySelector("[data-add]").focus(); }
    else if (suggested) S.add(added(suggested.dataset.suggest), root);
    else if (opener) openMenu(opener);
    else if (act && current) { menu.hidePopover(); S.act(act.dataset.act, current); }
    else if (e.target.closest("[data-undo]")) S.undo();
    else if (e.target.closest("[data-redo]")) S.redo();
  });
  function openMenu(button) {
    current = button.closest("[data-node]");
    menu.showPopover();
    const at = button.getBoundingClientRect();
    menu.style.left = Math.max(8, Math.min(at.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8)) + "px";
    menu.style.top = (at.bottom + menu.offsetHeight + 8 < innerHeight ? at.bottom + 4 : Math.max(8, at.top - menu.offsetHeight - 4)) + "px";
    menu.querySelector("button").focus();
  }

  const begun = form.querySelector("[name=tree]").value;
  let where = null;
  try { where = begun ? JSON.parse(begun).where : null; } catch (broken) { /* what cannot be read begins empty */ }
  S.draw(where);
  form.querySelector(".builder").dataset.whole = "";
  S.changed();
})(window.HuitouSegments);
