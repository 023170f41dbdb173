/* The form of an offer, or of a cashier prompt: goods as chips, rows that are taken out. What follows every key is htmx's. */
(() => {
  const form = document.querySelector("form[data-goods]");
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

  HuitouFinder(form, {
    onFocus: true,
    address: (input) => `${form.dataset.goods}?q=${encodeURIComponent(input.value)}`,
    take: (hit) => {
      const goods = hit.closest(".goods");
      goods.querySelector(".all").before(chipOf(goods.dataset.slot, hit.dataset.take, hit.dataset.code, hit.dataset.text));
      changed();
    },
  });
  form.addEventListener("keydown", (e) => {
    // Enter in a blank is no wish to keep the offer.
    if (e.key === "Enter" && e.target.matches("input")) e.preventDefault();
  });
  form.addEventListener("click", (e) => {
    const drop = e.target.closest("[data-drop]"), row = e.target.closest("[data-empty-row]");
    if (drop) drop.closest("[data-chip]").remove();
    else if (row) row.closest(".oline").remove();
    if (drop || row) changed();
  });
  // 8:00 and 800 are meant as 08:00.
  form.addEventListener("focusout", (e) => {
    if (!e.target.matches("[data-hour]") || !e.target.value) return;
    const digits = e.target.value.replace("：", ":").match(/^(\d{1,2}):?(\d{2})?$/);
    if (digits) e.target.value = `${digits[1].padStart(2, "0")}:${digits[2] || "00"}`;
  });
})();
