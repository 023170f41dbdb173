/* The form of an offer: goods as chips, rows that are taken out. What follows every key is htmx's. */
(() => {
  const form = document.getElementById("offer-form");
  if (!form) return;
  const changed = () => form.dispatchEvent(new Event("change", { bubbles: true }));

  // A chip's value is `get.goods.skus=6901`: the name of the input and what it holds.
  const fill = (chip) => {
    const input = chip.querySelector("[data-chip-value]");
    const [name, ...code] = input.dataset.chipValue.split("=");
    input.name = name;
    input.value = code.join("=");
  };
  form.querySelectorAll("[data-chip]").forEach(fill);

  const chipOf = (slot, list, code, text) => {
    const chip = document.createElement("span");
    chip.className = list.startsWith("not_") ? "chip g neg" : "chip g";
    chip.dataset.chip = "";
    const input = document.createElement("input");
    input.type = "hidden";
    input.dataset.chipValue = `${slot}.${list}=${code}`;
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "x";
    drop.dataset.drop = "";
    drop.setAttribute("aria-label", text);
    drop.textContent = "×";
    chip.append(input, text, drop);
    fill(chip);
    return chip;
  };

  let asked = 0;
  const find = async (input) => {
    const box = input.parentElement.querySelector(".found");
    const mine = ++asked;
    const answer = await fetch(`${form.dataset.goods}?q=${encodeURIComponent(input.value)}`, { headers: { "HX-Request": "true" } });
    const hits = answer.ok ? await answer.text() : "";
    if (mine !== asked || !answer.ok || document.activeElement !== input) return; // a late answer opens nothing over what comes next
    box.innerHTML = hits;
    box.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  const close = (except) => {
    for (const box of form.querySelectorAll(".found:not([hidden])")) {
      if (box.parentElement === except) continue;
      box.hidden = true;
      box.parentElement.querySelector("[data-find]").setAttribute("aria-expanded", "false");
    }
  };

  let wait = 0;
  form.addEventListener("input", (e) => {
    if (!e.target.matches("[data-find]")) return;
    e.stopPropagation();
    clearTimeout(wait);
    wait = setTimeout(() => find(e.target), 150);
  }, true);
  form.addEventListener("focusin", (e) => {
    close(e.target.closest(".finder"));
    if (e.target.matches("[data-find]")) find(e.target);
  });
  document.addEventListener("click", (e) => { if (!e.target.closest(".finder")) close(null); });
  form.addEventListener("keydown", (e) => {
    if (e.key === "Escape") close(null);
    if (e.key !== "Enter" || !e.target.matches("input")) return;
    // Enter in a blank is no wish to keep the offer; in the finder it takes the first that was found.
    e.preventDefault();
    if (e.target.matches("[data-find]")) e.target.parentElement.querySelector("[data-take]")?.click();
  });
  form.addEventListener("click", (e) => {
    const take = e.target.closest("[data-take]");
    const drop = e.target.closest("[data-drop]");
    const row = e.target.closest("[data-empty-row]");
    if (take) {
      const goods = take.closest(".goods");
      goods.querySelector(".all").before(chipOf(goods.dataset.slot, take.dataset.take, take.dataset.code, take.dataset.text));
      goods.querySelector("[data-find]").value = "";
      clearTimeout(wait);
      asked += 1;
      close(null);
      changed();
    } else if (drop) {
      drop.closest("[data-chip]").remove();
      changed();
    } else if (row) {
      row.closest(".oline").remove();
      changed();
    }
  });
  // 8:00 and 800 are meant as 08:00.
  form.addEventListener("focusout", (e) => {
    if (!e.target.matches("[data-hour]") || !e.target.value) return;
    const digits = e.target.value.replace("：", ":").match(/^(\d{1,2}):?(\d{2})?$/);
    if (digits) e.target.value = `${digits[1].padStart(2, "0")}:${digits[2] || "00"}`;
  });
})();
