/* Runs before the first paint, so that the page never flashes in the wrong theme. */
(function () {
  "use strict";
  var wanted = null;
  try { wanted = localStorage.getItem("huitou-theme"); } catch (refused) { /* private windows may refuse storage */ }
  if (!wanted) wanted = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.setAttribute("data-bs-theme", wanted);
})();
