/* The tree of conditions: drawn from its JSON, read back into it, changed, undone. Every change ends in S.changed. */
(function (S) {
  "use strict";
  const form = document.getElementById("segment-form"), root = document.getElementById("tree");
  const hidden = form.querySelector("[name=tree]");
  const MOST_UNDONE = 100;
  S.tell = (text) => { document.getElementById("said").textContent = text; };
  const listOf = (node) => node.querySelector("[data-children]");
  const modeOf = (node) => node.querySelector("[data-mode]");
  S.rows = (node) => [...listOf(node).children].filter((one) => one.dataset.node);

  /* ---- out of JSON */
  function grouped(json) {
    if (json.not) {
      const inner = json.not;
      if (inner.any) return ["none", inner.any];
      if (inner.all) return ["some", inner.all];
      return ["none", [inner]];
    }
    return json.all ? ["all", json.all] : ["any", json.any];
  }
  S.leafRow = (leaf, known) => {
    const key = known || S.formOf(leaf), row = document.getElementById("leaf-shell").content.cloneNode(true).firstElementChild;
    row.dataset.form = key;
    row.querySelector(".s").append(document.getElementById("form-" + key).content.cloneNode(true));
    S.fill(row, leaf);
    return row;
  };
  S.groupRow = (mode, parts) => {
    const row = document.getElementById("group-shell").content.cloneNode(true).firstElementChild;
    modeOf(row).value = mode;
    listOf(row).append(...parts.map(S.rowOf));
    return row;
  };
  S.rowOf = (json) => (json.leaf ? S.leafRow(json) : S.groupRow(...grouped(json)));
  S.draw = (where) => {
    const [mode, parts] = !where ? ["all", []] : where.leaf ? ["all", [where]] : grouped(where);
    modeOf(root).value = mode;
    listOf(root).replaceChildren(...parts.map(S.rowOf));
  };

  /* ---- into JSON; each row is told its place there. An empty group asks nothing and is left out. */
  function written(node, place) {
    node.dataset.place = place;
    if (node.dataset.node === "leaf") return S.read(node);
    const mode = modeOf(node).value, rows = S.rows(node).filter(asks);
    const inner = mode === "some" ? "all" : mode === "none" ? "any" : mode;
    const negated = mode === "none" || mode === "some";
    if (mode === "none" && rows.length === 1) return { not: written(rows[0], place + ".not") };
    const at = (negated ? place + ".not" : place) + "." + inner;
    const parts = rows.map((row, number) => written(row, at + "[" + number + "]"));
    return negated ? { not: { [inner]: parts } } : { [inner]: parts };
  }
  const asks = (node) => node.dataset.node === "leaf" || S.rows(node).some(asks);
  S.write = () => {
    root.querySelectorAll("[data-node]").forEach((row) => delete row.dataset.place);
    return S.rows(root).some(asks) ? JSON.stringify({ language: 1, where: written(root, "where") }) : "";
  };

  /* ---- changed, undone, done again */
  const past = [], future = [];
  let now = null;
  const snapshot = () => JSON.stringify(drawn(root));
  /* What is on the page, empty groups too. */
  function drawn(node) {
    if (node.dataset.node === "leaf") return { form: node.dataset.form, leaf: S.read(node) };
    return { mode: modeOf(node).value, parts: S.rows(node).map(drawn) };
  }
  const redrawn = (one) => (one.form ? S.leafRow(one.leaf, one.form) : (() => {
    const row = S.groupRow(one.mode, []);
    listOf(row).append(...one.parts.map(redrawn));
    return row;
  })());
  function showState() {
    form.querySelector("[data-undo]").disabled = !past.length;
    form.querySelector("[data-redo]").disabled = !future.length;
    for (const group of [root, ...root.querySelectorAll("[data-node=group]")]) {
      const hint = group.querySelector(":scope > [data-hint]");
      hint.hidden = S.rows(group).length > 0;
      group.classList.toggle("neg", ["none", "some"].includes(modeOf(group).value));
    }
  }
  S.changed = () => {
    const seen = snapshot();
    if (seen !== now) {
      if (now !== null) past.push(now);
      if (past.length > MOST_UNDONE) past.shift();
      future.length = 0;
      now = seen;
    }
    showState();
    hidden.value = S.write();
    S.ask(hidden.value);
  };
  function goTo(seen) {
    now = seen;
    const there = JSON.parse(seen);
    modeOf(root).value = there.mode;
    listOf(root).replaceChildren(...there.parts.map(redrawn));
    showState();
    hidden.value = S.write();
    S.ask(hidden.value);
  }
  S.undo = () => { if (past.length) { future.push(now); goTo(past.pop()); S.tell(S.said("undone")); } };
  S.redo = () => { if (future.length) { past.push(now); goTo(future.pop()); S.tell(S.said("redone")); } };

  /* ---- moved without dragging */
  const groupOf = (row) => row.parentElement.closest("[data-node=group]");
  const sibling = (row, by) => { const rows = [...row.parentElement.children].filter((one) => one.dataset.node); return rows[rows.indexOf(row) + by]; };
  const moves = {
    up: (row) => { const other = sibling(row, -1); if (other) other.before(row); return other && "moved"; },
    down: (row) => { const other = sibling(row, 1); if (other) other.after(row); return other && "moved"; },
    into: (row) => {
      const above = sibling(row, -1), below = sibling(row, 1);
      const group = above?.dataset.node === "group" ? above : below?.dataset.node === "group" ? below : null;
      if (group === above) group?.querySelector("[data-children]").append(row); else group?.querySelector("[data-children]").prepend(row);
      return group && "into";
    },
    out: (row) => { const group = groupOf(row); if (group) group.after(row); return group && "out"; },
    wrap: (row) => { const group = S.groupRow("any", []); row.before(group); listOf(group).append(row); return "into"; },
    copy: (row) => { row.after(redrawn(drawn(row))); return "added"; },
    remove: (row) => {
      const next = sibling(row, 1) || sibling(row, -1), box = groupOf(row) || root;
      row.remove();
      (next?.querySelector("[data-grip]") || box.querySelector("[data-add]"))?.focus();
      return "removed";
    },
  };
  S.act = (name, row) => {
    const told = moves[name](row);
    if (!told) return;
    const rows = [...row.parentElement?.children || []].filter((one) => one.dataset.node);
    S.tell(S.said(told, { place: rows.indexOf(row) + 1, count: rows.length }));
    if (row.isConnected) row.querySelector("[data-grip]").focus();
    S.changed();
  };
  S.add = (row, box) => {
    listOf(box || root).append(row);
    S.tell(S.said("added"));
    (row.querySelector(".s input, .s select") || row.querySelector("[data-grip]"))?.focus();
    S.changed();
  };
  S.root = root;
})(window.HuitouSegments);
