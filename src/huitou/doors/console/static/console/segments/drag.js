/* Conditions and groups are dragged by their handle, with mouse, pen or finger. The menu and Alt with the arrow keys do
   the same without dragging. */
(function (S) {
  "use strict";
  const NEAR_PX = 4, EDGE_PX = 56, STEP_PX = 12;
  let drag = null;
  const mark = document.createElement("li");
  mark.className = "dropmark";
  mark.setAttribute("aria-hidden", "true");

  S.root.addEventListener("pointerdown", (e) => {
    const grip = e.target.closest("[data-grip]");
    if (!grip || e.button) return;
    drag = { row: grip.closest("[data-node]"), x: e.clientX, y: e.clientY, on: false, pointer: e.pointerId };
    grip.setPointerCapture(e.pointerId);
  });
  function listAt(x, y) {
    const under = document.elementFromPoint(x, y);
    if (!under || !S.root.contains(under) || drag.row.contains(under)) return null;
    const group = under.closest("[data-node=group]");
    return (group || S.root).querySelector("[data-children]");
  }
  S.root.addEventListener("pointermove", (e) => {
    if (!drag || e.pointerId !== drag.pointer) return;
    if (!drag.on && Math.hypot(e.clientX - drag.x, e.clientY - drag.y) < NEAR_PX) return;
    drag.on = true;
    drag.row.classList.add("dragged");
    if (e.clientY < EDGE_PX) scrollBy(0, -STEP_PX);
    else if (e.clientY > innerHeight - EDGE_PX) scrollBy(0, STEP_PX);
    const list = listAt(e.clientX, e.clientY);
    if (!list) { mark.remove(); return; }
    const after = [...list.children].find((one) => one.dataset.node && one !== drag.row && e.clientY < one.getBoundingClientRect().top + one.offsetHeight / 2);
    if (after) after.before(mark); else list.append(mark);
    e.preventDefault();
  });
  function end(keep) {
    if (!drag) return;
    const { row, on } = drag;
    drag = null;
    row.classList.remove("dragged");
    if (on && keep && mark.isConnected) { mark.before(row); S.tell(S.said("moved", { place: [...row.parentElement.children].filter((one) => one.dataset.node).indexOf(row) + 1, count: row.parentElement.querySelectorAll(":scope > [data-node]").length })); S.changed(); }
    mark.remove();
  }
  S.root.addEventListener("pointerup", () => end(true));
  S.root.addEventListener("pointercancel", () => end(false));
  document.addEventListener("keydown", (e) => { if (e.key === "Escape" && drag) end(false); });
})(window.HuitouSegments);
