/* Where stores stand, on a plain grid of kilometres; the area of a square says how large, its colour how it went.
   options: {stores: [{name, x: km east, y: km north, part: 0..1, tone: "good"|"bad"|"flat", rows: [[name, text]], place: address}], height: px, km: text, words: {north: text}} */
HuitouCharts.register("places", (t, width, o) => {
  "use strict";
  const xs = o.stores.map((s) => s.x), ys = o.stores.map((s) => s.y), pad = width < 400 ? 30 : 46;
  const mid = (a) => (Math.min(...a) + Math.max(...a)) / 2, span = (a) => Math.max(...a) - Math.min(...a);
  const perKm = Math.min((width - 2 * pad - 40) / (span(xs) || 1), (o.height - 2 * pad) / (span(ys) || 1), 60);
  const halfX = width / 2 / perKm, halfY = o.height / 2 / perKm;
  const rough = 60 / perKm, ten = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map((k) => k * ten).find((k) => k >= rough);
  /* A name stands at the first of eight places where it covers neither another name nor a square, and stays inside; where
     there is none it is left to the square's own note and to the ranking beside the map. */
  const size = (s) => (6 + 18 * Math.sqrt(s.part)) * Math.min(1, Math.max(0.6, width / 520));
  const at = (s) => [width / 2 + (s.x - mid(xs)) * perKm, o.height / 2 - (s.y - mid(ys)) * perKm];
  const { wide } = HuitouCharts, box = (l, m, w, h) => ({ l, t: m - h / 2, r: l + w, b: m + h / 2 });
  const meets = (p, q) => p.l < q.r && q.l < p.r && p.t < q.b && q.t < p.b;
  const near = (p, q) => p.l < q.r + 4 && q.l < p.r + 4 && p.t < q.b + 2 && q.t < p.b + 2;
  const names = [], taken = o.stores.map((s) => { const [x, y] = at(s); return box(x - size(s) / 2, y, size(s), size(s)); });
  const places = o.stores.map((s) => {
    const [x, y] = at(s), half = size(s) / 2, off = half + 4, w = wide(s.name), right = x + off, left = x - off - w;
    const tried = [[right, 0], [left, 0], [x - w / 2, -off - 7], [x - w / 2, off + 7], [right - 4, -off - 4], [left + 4, -off - 4], [right - 4, off + 4], [left + 4, off + 4]].map(([l, up]) => box(l, y + up, w, 14));
    const free = tried.find((one) => one.l >= 0 && one.r <= width && one.t >= 0 && one.b <= o.height && !taken.some((q) => meets(one, q)) && !names.some((q) => near(one, q)));
    if (!free) return null;
    names.push(free);
    return [free.l - x + half, free.t - y + half + 1];
  });
  const colour = { good: t.v("good"), bad: t.v("bad"), flat: t.ink3 };
  const axis = (middle, half) => ({
    type: "value", min: middle - half, max: middle + half, show: true, axisLine: { show: false }, axisLabel: { show: false }, axisTick: { show: false }, interval: step,
    splitLine: { show: true, lineStyle: { color: t.line, width: 1 } },
  });
  return {
    grid: { left: 0, right: 0, top: 0, bottom: 0 },
    tooltip: Object.assign({ formatter: (p) => HuitouCharts.tip(p.data.name, p.data.rows.map(([a, b]) => ["seq", a, b])) }, HuitouCharts.tooltip),
    xAxis: axis(mid(xs), halfX), yAxis: axis(mid(ys), halfY),
    graphic: [
      { type: "group", right: 12, bottom: 10, silent: true, children: [
        { type: "rect", shape: { x: 0, y: 14, width: step * perKm, height: 3 }, style: { fill: t.ink3 } },
        { type: "text", x: 0, y: 0, style: { text: step + " " + o.km, fill: t.ink3, font: "11px " + t.font } }] },
      { type: "text", left: 12, top: 10, silent: true, style: { text: "↑ " + o.words.north, backgroundColor: t.sheet, padding: [1, 3], fill: t.ink3, font: "11px " + t.font } },
    ],
    series: [{
      type: "scatter", symbol: "rect", cursor: "pointer",
      data: o.stores.map((s, place) => ({ name: s.name, label: places[place] ? { position: places[place] } : { show: false }, value: [s.x, s.y], rows: s.rows, place: s.place, symbolSize: size(s), itemStyle: { color: colour[s.tone], opacity: 0.86, borderColor: t.sheet, borderWidth: 1.5 } })),
      label: { show: true, align: "left", verticalAlign: "top", formatter: (p) => p.name, color: t.ink2, fontSize: 12, lineHeight: 12 },
      emphasis: { itemStyle: { borderColor: t.dan, borderWidth: 2 } },
    }],
  };
});
