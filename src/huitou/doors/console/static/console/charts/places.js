/* Where stores stand, on a plain grid of kilometres; the area of a square says how large, its colour how it went.
   options: {stores: [{name, x: km east, y: km north, part: 0..1, tone: "good"|"bad"|"flat", rows: [[name, text]], place: address}], height: px, km: text, words: {north: text}} */
HuitouCharts.register("places", (t, width, o) => {
  "use strict";
  const xs = o.stores.map((s) => s.x), ys = o.stores.map((s) => s.y), pad = 46;
  const mid = (a) => (Math.min(...a) + Math.max(...a)) / 2, span = (a) => Math.max(...a) - Math.min(...a);
  const perKm = Math.min((width - 2 * pad - 40) / (span(xs) || 1), (o.height - 2 * pad) / (span(ys) || 1), 60);
  const halfX = width / 2 / perKm, halfY = o.height / 2 / perKm;
  const rough = 60 / perKm, ten = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map((k) => k * ten).find((k) => k >= rough);
  /* A name stands beside its square, or above it where the next square is. */
  const next = (s) => o.stores.some((q) => q.x > s.x && (q.x - s.x) * perKm < 100 && Math.abs(q.y - s.y) * perKm < 16);
  const side = (s) => s.x > mid(xs) + span(xs) / 4 ? "left" : next(s) ? "top" : "right";
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
      { type: "text", left: 12, top: 10, silent: true, style: { text: "↑ " + o.words.north, fill: t.ink3, font: "11px " + t.font } },
    ],
    series: [{
      type: "scatter", symbol: "rect", cursor: "pointer", labelLayout: { moveOverlap: "shiftY", hideOverlap: true },
      data: o.stores.map((s) => ({ name: s.name, label: { position: side(s) }, value: [s.x, s.y], rows: s.rows, place: s.place, symbolSize: 6 + 18 * Math.sqrt(s.part), itemStyle: { color: colour[s.tone], opacity: 0.86, borderColor: t.sheet, borderWidth: 1.5 } })),
      label: { show: true, position: "right", distance: 4, formatter: (p) => p.name, color: t.ink2, fontSize: 12 },
      emphasis: { itemStyle: { borderColor: t.dan, borderWidth: 2 } },
    }],
  };
});
