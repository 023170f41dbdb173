/* The price list of this machine: what a scanned code means, also when nobody answers. */
(() => {
  "use strict";
  const SHOWN = 8;
  let goods = [], byCode = new Map(), schemes = [];

  const checkDigit = (body) => {
    let sum = 0;
    for (let place = 0; place < body.length; place++) sum += Number(body[body.length - 1 - place]) * (place % 2 ? 1 : 3);
    return (10 - (sum % 10)) % 10;
  };
  const sound = (code) => /^(\d{8}|\d{12,14})$/.test(code) && checkDigit(code.slice(0, -1)) === Number(code.at(-1));
  /* The one spelling of a code, as the catalogue keeps it (catalogue/rules/barcodes.py). */
  const spelled = (said) => {
    const bare = said.replace(/[０-９]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)).trim();
    if (/^\d{1,7}$/.test(bare)) return bare.replace(/^0+/, "") || "0";
    if (bare.length === 12 && sound(bare)) return `0${bare}`;
    if (bare.length === 14 && bare[0] === "0" && sound(bare)) return bare.slice(1);
    return bare;
  };
  /* What a scale printed into a barcode (catalogue/rules/scale_codes.py). */
  const label = (said) => {
    if (!/^\d+$/.test(said)) return null;
    for (const scheme of schemes) {
      const prefix = scheme.match(/^\d+/)[0];
      if (said.length !== scheme.length || !said.startsWith(prefix)) continue;
      if (scheme.endsWith("C") && checkDigit(said.slice(0, -1)) !== Number(said.at(-1))) continue;
      const part = (letter) => [...scheme].map((one, place) => (one === letter ? said[place] : "")).join("");
      const plu = part("I").replace(/^0+/, "");
      if (!plu) continue;
      return { plu, grams: part("W") ? Number(part("W")) : null, fen: part("P") ? Number(part("P")) : null };
    }
    return null;
  };

  const learn = (list) => {
    goods = list.goods.map((one) => ({ ...one, fen: one.price === null ? null : till.fen(one.price) }));
    schemes = list.scale_codes;
    byCode = new Map();
    for (const one of goods) for (const { code, pieces } of one.codes) byCode.set(code, { goods: one, pieces });
    for (const one of goods) byCode.set(one.sku, { goods: one, pieces: 1 }); // a sku goes before a barcode
    for (const one of goods) if (one.sku.length >= 12 && !byCode.has(spelled(one.sku))) byCode.set(spelled(one.sku), { goods: one, pieces: 1 });
  };

  /* { goods, pieces, milli, fen } of a code; null where the list does not know it. `milli`, `fen`: of a scale's label. */
  const find = (said) => {
    const known = byCode.get(said.trim()) || byCode.get(spelled(said));
    if (known) return { ...known, milli: null, fen: null };
    const printed = label(spelled(said)), loose = printed && byCode.get(printed.plu);
    if (!loose) return null;
    // A label of a price alone: so many grams at the shelf's price; where the shelf has none, the cashier is asked.
    const weighs = printed.fen && loose.goods.fen ? Math.max(1, Math.round((printed.fen * 1000) / loose.goods.fen)) : loose.goods.weighed ? null : 1000;
    // Noughts are what a scale prints where it does not say it (offers/service/reckoning.py).
    return { ...loose, milli: printed.grams || weighs, fen: printed.fen || null };
  };
  /* Whether it is one of that, and not only of its taste: a noun stands last in Chinese and in English, so 鲜牛奶 and
     whatever stands in the category 牛奶 are milk, and 牛奶糖 is not. */
  const isOne = (goods, part) =>
    goods.sku.startsWith(part) || [...goods.name.toLowerCase().split(/\s+/), ...(goods.category || "").toLowerCase().split("/")].some((word) => word.endsWith(part));
  const search = (said) => {
    const parts = said.toLowerCase().split(/\s+/).filter(Boolean);
    if (!parts.length || parts.join("").length < 2) return [];
    const hits = goods.filter((one) => parts.every((part) => one.name.toLowerCase().includes(part) || one.sku.startsWith(part)));
    const far = (one) => parts.filter((part) => !isOne(one, part)).length;
    const ranked = hits.map((one) => ({ one, far: far(one) })).sort((a, b) => a.far - b.far || a.one.name.length - b.one.name.length);
    return ranked.slice(0, SHOWN).map(({ one }) => one);
  };

  /* The list of this machine first, so that the first scan waits for nobody; then the server's. */
  const load = async () => {
    const known = await till.kept.get("shelf");
    if (known) learn(known);
    return renew();
  };
  const renew = async () => {
    const answer = await till.line.call("GET", "/goods", null, { seconds: 20 });
    if (!answer.told) return false;
    const list = { ...answer.told, at: Date.now() };
    learn(list);
    await till.kept.set("shelf", list);
    till.shelf.at = list.at;
    return true;
  };
  till.shelf = { load, renew, find, search, at: null, size: () => goods.length };
})();
