/* Who stands at the till, and their coupons: the helpful ones are taken by themselves, and promised to this basket. */
(() => {
  "use strict";
  const { say } = till;
  const COUPON = /^[0-9A-Z]{4}[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{5}$/i, CODE = /^(99\d{18}|98\d{174})$/, NUMBER = /^M\d{8,}$/i, PHONE = /^1[3-9]\d{9}$/;

  const UNSURE = ["found_by_server_alone", "member_not_here", "code_needs_server"]; // the store's own process does not know
  const HELD_MS = 14 * 60_000; // the server frees them after a quarter of an hour
  const looksLike = (said) => (CODE.test(said) ? "code" : NUMBER.test(said) ? "member" : PHONE.test(said) ? "phone" : null);

  const identify = async (said) => {
    const answer = await till.line.call("POST", "/members/identify", { query: said, store: till.own.store, till: till.own.till });
    if (answer.away || UNSURE.includes(answer.refused?.code)) {
      // Nobody can say who it is; the sale goes up with what was shown, and is theirs then. A name is nobody's card.
      if (!looksLike(said) && !/\d{4}/.test(said)) { till.tell({ message: say("away_names"), next_step: say("away_names_next") }); return false; }
      take({ number: null, name: "", shown: said, ref: { kind: looksLike(said) || "card", value: said }, may_spend: false, prompts: [] });
      return true;
    }
    if (answer.refused) { till.tell(answer.refused); return false; }
    const { member, candidates, more } = answer.told;
    if (member) {
      const shown = CODE.test(said) ? { kind: "code", value: said } : null;
      take({ ...member, number: member.member, ref: { kind: "member", value: member.member }, code: member.may_spend ? shown : null });
      return true;
    }
    if (!candidates.length) { till.tell({ message: say("nobody_known", { said }), next_step: say("nobody_known_next") }); return false; }
    till.choose(say("which_member"), candidates.map((one) => ({
      text: `${one.name} ${one.phone}`, small: one.member, take: () => identify(one.member),
    })), more ? say("more_members") : "");
    return false;
  };
  /* How the receipt calls them. Without a name it is their number, or the end of what was shown: the rest stays theirs. */
  const said = ({ name, number, shown = "" }) => name || number || (NUMBER.test(shown) ? shown.toUpperCase() : `****${shown.slice(-4)}`);
  const take = (member) => {
    const now = till.basket.now;
    if (now.member && now.member.number !== member.number) Object.assign(now, { coupons: [], dropped: [], theirs: [] });
    now.member = member;
    till.basket.touched();
  };
  /* What came of what the cashier said. An event of its own name: pressed twice it is recorded once. Like a sale it is
     written down first, and leaves when somebody has heard it. */
  const answer = async (outcome) => {
    const now = till.basket.now, one = till.prompts.shown();
    if (!one) return;
    const nth = now.answered.push(one.prompt), whose = now.member ? { member: now.member.ref } : {};
    till.basket.keep();
    till.changed();
    await till.basket.numbered();
    await note((all) => [...all, {
      id: `${till.own.store}-${till.own.till}-${now.number}-p${nth}`, kind: "prompt", at: till.clock(), store: till.own.store, ...whose,
      detail: { prompt: one.prompt, outcome },
    }]);
    tell();
  };
  const noted = async () => (await till.kept.get("outcomes")) || [];
  let noting = Promise.resolve(), telling = null;
  const note = (change) => (noting = noting.then(async () => till.kept.set("outcomes", change(await noted()))).catch(() => {}));
  const tell = () => (telling ||= tellAll().finally(() => { telling = null; }));
  const tellAll = async () => {
    const told = new Set();
    for (let one; (one = (await noted()).find((other) => !told.has(other.id)));) {
      const { away } = await till.line.call("POST", "/events", one);
      if (away) return;
      told.add(one.id);
      await note((all) => all.filter((other) => other.id !== one.id));
    }
  };
  document.addEventListener("till:back", tell);
  const leave = () => {
    Object.assign(till.basket.now, { member: null, coupons: [], dropped: [], theirs: [] });
    till.basket.touched();
  };

  const usedOf = (quote) => (quote?.coupons || []).filter((one) => one.used).map((one) => one.coupon);

  /* Take the coupons that would help; whether there was one. A personal coupon asks for the member's own code, so
     without it they are only told. */
  const help = () => {
    const now = till.basket.now;
    const refused = new Set(now.quote.coupons_refused.map((one) => one.coupon));
    now.coupons = now.coupons.filter((one) => !refused.has(one));
    if (refused.size) now.trouble = now.quote.coupons_refused[0];
    if (!now.member?.code) return false;
    const wanted = now.quote.suggestions.filter((one) => one.coupon && till.fen(one.saves || "0") > 0).map((one) => one.coupon);
    const news = wanted.filter((one) => !now.coupons.includes(one) && !now.dropped.includes(one));
    now.coupons.push(...news);
    now.theirs.push(...news);
    return news.length > 0;
  };

  /* Promise the coupons in use to this basket, so that no other till takes them meanwhile; null, or why not. */
  const secureNow = async () => {
    const now = till.basket.now, used = usedOf(now.quote);
    const over = now.holds.length > 0 && Date.now() - now.heldAt > HELD_MS;
    if (String(used) === String(now.holds) && !over) return null;
    if (!used.length) {
      // What the cashier took out may come back, and the code that was shown for it pays once: it goes with the sale.
      if (!now.lines.length || !now.holds.every((one) => now.dropped.includes(one))) await release();
      return null;
    }
    if (over && now.heldPoints) Object.assign(now, { heldPoints: 0, round: now.round + 1 }); // their time is over, too
    const answer = await till.line.call("PUT", `/baskets/${encodeURIComponent(till.basket.key())}/hold`, {
      store: till.own.store, till: till.own.till, coupons: used, ...(now.member?.ref ? { member: now.member.code || now.member.ref } : {}),
    });
    if (now !== till.basket.now) return null;
    if (answer.told) { if (over || !now.holds.length) now.heldAt = Date.now(); now.holds = used; till.basket.keep(); return null; }
    if (answer.refused) { now.trouble = answer.refused; till.changed(); }
    return answer.refused || { message: say("away_coupons"), next_step: say("away_coupons_next") };
  };
  /* One after the other: what was scanned meanwhile asks for the same promise, and the code that was shown pays once. */
  let securing = Promise.resolve();
  const secure = () => (securing = securing.catch(() => null).then(secureNow));
  const release = () => {
    const now = till.basket.now;
    if (!now.holds.length && !now.heldPoints) return null;
    const key = till.basket.key();
    Object.assign(now, { holds: [], heldPoints: 0, round: now.round + (now.heldPoints ? 1 : 0) });
    return till.line.call("DELETE", `/baskets/${encodeURIComponent(key)}/hold`);
  };
  const toggle = (code) => {
    const now = till.basket.now;
    if (now.coupons.includes(code)) {
      now.named[code] = till.shownCoupons.find((one) => one.code === code).name;
      now.coupons = now.coupons.filter((one) => one !== code);
      now.dropped.push(code);
    } else {
      now.coupons.push(code);
      now.dropped = now.dropped.filter((one) => one !== code);
    }
    till.basket.touched();
  };
  /* What a coupon's code is: ours with its check character (offers/rules/coupon_codes.py), or only of that form, as
     those of another programme and mistyped ones are. Digits alone are a barcode before they are anything else. */
  const ORDER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const spelled = (said) => said.toUpperCase().replace(/[- ]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  const sound = (code) => {
    if (!/^[0-9A-HJKMNP-TV-Z]{13}$/.test(code)) return false;
    let carried = 36;
    for (const symbol of code.slice(0, 12)) carried = (((carried + ORDER.indexOf(symbol)) % 36 || 36) * 2) % 37;
    return ORDER[(37 - carried) % 36] === code[12];
  };
  const looksLikeCoupon = (said) => {
    if (!COUPON.test(said) || /^\d+$/.test(said)) return null;
    return sound(spelled(said)) ? "ours" : "perhaps";
  };
  const present = (said) => {
    const now = till.basket.now, ours = spelled(said);
    const code = sound(ours) ? `${ours.slice(0, 4)}-${ours.slice(4, 8)}-${ours.slice(8)}` : said.toUpperCase();
    if (!now.coupons.includes(code)) now.coupons.push(code);
    till.basket.touched();
  };

  till.member = { identify, leave, answer, tell, looksLike, said };
  till.coupons = { help, secure, release, toggle, present, usedOf, looksLike: looksLikeCoupon };
})();
