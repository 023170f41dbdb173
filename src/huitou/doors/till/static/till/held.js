/* Baskets that wait, on this till: put aside with F8, and taken up again. The coupons go free meanwhile. */
(() => {
  "use strict";
  const { el, say, $ } = till;
  let waiting = [];

  const read = async () => { waiting = await till.kept.all("held"); till.changed(); };
  const hold = async () => {
    const now = till.basket.now;
    if (!now.lines.length) return;
    await till.basket.numbered();
    till.coupons.release();
    // A code pays once: whoever comes back shows a new one for the coupons of their own.
    const member = now.member && { ...now.member, code: null }, coupons = now.coupons.filter((one) => !now.theirs.includes(one));
    await till.kept.put("held", { number: now.number, round: now.round, lines: now.lines, member, coupons, answered: now.answered, total: till.basket.total(), at: Date.now() });
    till.basket.begin();
    await read();
  };
  const recall = async (row) => {
    if (till.basket.now.lines.length) await hold();
    // First onto the belt, which is written down, then off the list: where the power goes between, it is there twice.
    till.basket.take({ number: row.number, round: row.round || 0, lines: row.lines, member: row.member, coupons: row.coupons, answered: row.answered || [] });
    await till.basket.keep();
    await till.kept.drop("held", row.number);
    await read();
  };
  const list = () => {
    if (!waiting.length) return till.tell({ message: say("none_held"), next_step: "" });
    till.choose(say("held_baskets"), waiting.map((row) => ({
      text: `${till.time(row.at)}　${row.member?.name || ""}`, small: `${say("so_many", { count: row.lines.length })}　${till.shown(row.total)}`, take: () => recall(row),
    })));
  };
  till.draws(() => { $("held-count").textContent = waiting.length ? say("held_count", { count: waiting.length }) : say("none_held"); });
  $("held-open").addEventListener("click", list);
  $("hold").addEventListener("click", hold);
  till.held = { read, press: () => (till.basket.now.lines.length ? hold() : list()) };
})();
