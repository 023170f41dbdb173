/* Columns onto fields by drag, with mouse, pen or finger. The selects are what counts: a drag sets them, and whoever
   chooses in them needs no drag. A column that gets another field leaves its old one; two full fields swap. */
(function () {
  "use strict";
  const NEAR_PX = 4, EDGE_PX = 56, STEP_PX = 12;
  let drag = null;

  const form = () => document.getElementById("match");
  const select_in = (row) => row.querySelector("select");
  const row_of = (el) => el.closest("[data-slot]");

  function changed() {
    form().dispatchEvent(new Event("change", { bubbles: true }));
  }
  /* A column has one field: what is chosen here goes away from where it was. */
  document.addEventListener("change", (e) => {
    if (!(e.target instanceof HTMLSelectElement) || !e.target.name.startsWith("column-") || !e.target.value) return;
    for (const other of form().querySelectorAll("select[name^=column-]"))
      if (other !== e.target && other.value === e.target.value) other.value = "";
  }, true);

  function place(target) {
    const from = drag.row && select_in(drag.row);
    if (target && target.matches("[data-slot]")) {
      const to = select_in(target);
      if (from === to) return;
      const before = to.value;
      to.value = drag.column;
      if (from) from.value = before;
      changed();
      to.focus({ preventScroll: true });
    } else if (target && from) {
      from.value = "";
      changed();
    }
  }
  function target_at(x, y) {
    const under = document.elementFromPoint(x, y);
    return under && under.closest("[data-slot], [data-pool]");
  }
  function show(target) {
    if (drag.over === target) return;
    if (drag.over) drag.over.classList.remove("over");
    drag.over = target;
    if (target) target.classList.add("over");
  }
  function lift(e) {
    const ghost = document.createElement("div");
    ghost.className = "dragged";
    ghost.textContent = drag.column;
    document.body.append(ghost);
    drag.ghost = ghost;
    document.body.classList.add("dragging");
    drag.el.setPointerCapture(e.pointerId);
    drag.timer = setInterval(() => {
      const y = drag.y, step = y < EDGE_PX ? -STEP_PX : y > innerHeight - EDGE_PX ? STEP_PX : 0;
      if (step) { scrollBy(0, step); show(target_at(drag.x, drag.y)); }
    }, 16);
  }
  function end() {
    if (!drag) return;
    clearInterval(drag.timer);
    if (drag.ghost) drag.ghost.remove();
    if (drag.over) drag.over.classList.remove("over");
    document.body.classList.remove("dragging");
    drag = null;
  }

  document.addEventListener("pointerdown", (e) => {
    const el = e.target instanceof Element && e.target.closest("[data-drag]");
    if (!el || e.button !== 0 || !form()) return;
    // A finger on the rest of a column scrolls the page.
    if (e.pointerType !== "mouse" && !e.target.closest(".grip")) return;
    const row = row_of(el);
    const column = row ? select_in(row).value : el.dataset.column;
    if (!column) return;
    if (e.pointerType === "mouse") e.preventDefault();
    drag = { el, row, column, startX: e.clientX, startY: e.clientY, x: e.clientX, y: e.clientY, ghost: null, over: null };
  });
  document.addEventListener("pointermove", (e) => {
    if (!drag) return;
    drag.x = e.clientX; drag.y = e.clientY;
    if (!drag.ghost && Math.hypot(e.clientX - drag.startX, e.clientY - drag.startY) < NEAR_PX) return;
    if (!drag.ghost) lift(e);
    drag.ghost.style.transform = `translate(${e.clientX + 8}px, ${e.clientY + 8}px)`;
    show(target_at(e.clientX, e.clientY));
  });
  document.addEventListener("pointerup", (e) => {
    if (drag && drag.ghost) place(target_at(e.clientX, e.clientY));
    end();
  });
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") end(); });
})();
