/* Sales and returns that have happened. Each is written here first and leaves only when the server has said that it has
   it: with the same number and the same words it may be sent as often as needed, and counts once. */
(() => {
  "use strict";
  const { say } = till;
  let rows = [], sending = null;

  const read = async () => { rows = await till.kept.all("queue"); till.changed(); };
  const waiting = () => rows.filter((one) => !one.refused);
  const refused = () => rows.filter((one) => one.refused);

  /* Whether it is on the disk; where it is not (a full one), the cashier hears of it, and nothing has happened yet. */
  const write = async (kind, body, slip) => {
    try {
      await till.kept.sold({ kind, body, slip, at: Date.now() }, slip);
    } catch {
      till.tell({ message: say("not_kept"), next_step: say("not_kept_next") });
      return false;
    }
    await read();
    return true;
  };

  /* One sender at a time: who asks meanwhile waits for the same, and for what came to it. */
  const send = () => {
    sending ||= drain().finally(() => { sending = null; });
    return sending;
  };
  const drain = async () => {
    let went;
    do {
      await choose();
      went = (await toProcess()) || (await toServer());
    } while (went);
  };
  const of = (by) => waiting().filter((one) => one.by === by);
  /* Who hears of it is chosen once: the two have names of their own for a receipt, so both would count it. */
  const choose = async () => {
    const fresh = waiting().filter((one) => !one.by);
    if (!fresh.length) return;
    const by = (await till.line.reach()) ? "process" : "server";
    for (const row of fresh) {
      row.by = row.tried ? "server" : by; // what the server may have heard already stays its own
      await till.kept.put("queue", row);
    }
  };
  const single = async (row, by) => {
    row.tried = true; // whatever happens: the next time it goes with the batch, which refuses nothing that happened
    await till.kept.put("queue", row);
    return till.line.call("POST", row.kind === "sale" ? "/receipts" : "/returns", row.body, { seconds: 10, by });
  };
  const toProcess = async () => {
    const [first] = of("process");
    if (!first) return false;
    const again = first.tried, answer = await single(first, "process");
    if (answer.away) return false;
    if (answer.refused && again) return batch([first], "process");
    await (answer.told ? done(first, answer.told) : refuse(first, answer.refused));
    return true;
  };
  const toServer = async () => {
    const all = of("server"), [first] = all;
    if (!first) return false;
    if (all.length > 1 || first.tried) return batch(all, "server");
    const answer = await single(first, "server");
    if (answer.away) return false;
    await (answer.told ? done(first, answer.told) : refuse(first, answer.refused));
    return true;
  };
  const batch = async (all, by) => {
    const text = all.map((one) => JSON.stringify({ kind: one.kind, ...one.body })).join("\n") + "\n";
    const answer = await till.line.call("POST", "/receipts/batch", text, { seconds: 60, type: "application/x-ndjson", by });
    if (!answer.told) return false;
    let told = 0;
    for (const said of answer.told.split("\n").filter(Boolean)) {
      const one = JSON.parse(said), row = all[one.line - 1];
      if (!row || one.status === "failed") break;
      await (one.status === "refused" ? refuse(row, one) : done(row, one));
      told++;
    }
    return told > 0;
  };
  const done = async (row, told) => {
    await till.slip.told(row.body.number, told);
    await till.kept.drop("queue", row.place);
    await read();
  };
  const refuse = async (row, problem) => {
    row.refused = { code: problem.code, message: problem.message, next_step: problem.next_step };
    await till.kept.put("queue", row);
    await read();
    till.tell(row.refused);
  };
  /* A sale that was refused goes back onto the belt, with a number of its own: the old one stays unused. What lies on the
     belt is another customer's, and is put aside. First onto the belt, which is written down, then off the list. */
  const again = async (row) => {
    if (row.kind === "sale") {
      if (till.basket.now.lines.length) await till.held.press();
      till.basket.take({ ...row.slip.basket, number: null, holds: [], heldPoints: 0, quote: null });
      await till.basket.keep();
    }
    await till.kept.drop("queue", row.place);
    await till.kept.drop("slips", row.body.number);
    await read();
  };

  till.queue = { read, write, send, waiting, refused, again };
  document.addEventListener("till:back", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && waiting().length) send(); });
})();
