/* Money is whole fen, quantities are whole thousandths; texts with a point only where they leave or arrive. */
(() => {
  "use strict";
  const digits = (text, places) => {
    const found = String(text).trim().replace("−", "-").match(/^(-?)(\d*)(?:\.(\d*))?$/);
    if (!found || (!found[2] && !found[3]) || (found[3] || "").length > places) return null;
    const whole = Number((found[2] || "0") + (found[3] || "").padEnd(places, "0"));
    return found[1] ? -whole : whole;
  };
  const text = (whole, places) => {
    const all = String(Math.abs(whole)).padStart(places + 1, "0");
    return `${whole < 0 ? "-" : ""}${all.slice(0, -places)}.${all.slice(-places)}`;
  };
  till.fen = (said) => digits(said, 2);
  till.milli = (said) => digits(said, 3);
  till.yuan = (fen) => text(fen, 2);
  till.kilos = (milli) => text(milli, 3);
  /* As people read it: a true minus, thousands parted. */
  till.shown = (fen) => {
    const [whole, rest] = text(Math.abs(fen), 2).split(".");
    return `${fen < 0 ? "−" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${rest}`;
  };
  /* A number of things or of points, its thousands parted likewise. */
  till.count = (whole) => `${whole < 0 ? "−" : ""}${String(Math.abs(whole)).replace(/\B(?=(\d{3})+$)/g, ",")}`;
  till.pointsSaid = (key, points) => till.say(key, { points: till.count(points), count: points });
  till.amountOf = (priceFen, milli) => Math.floor((priceFen * milli * 2 + 1000) / 2000);
  till.pieces = (milli) => (milli % 1000 ? till.kilos(milli) : String(milli / 1000));
})();
