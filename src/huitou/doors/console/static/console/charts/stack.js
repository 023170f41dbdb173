/* Months as bars, each made of a few parts. options: {months: [text], parts: [{name, values: [n], shown: [text]}], totals: [text], unit: text} */
HuitouCharts.register("stack", (t, width, o) => {
  "use strict";
  const small = width < 520, few = o.months.length <= 6, band = (width - 48) / o.months.length;
  const { wide } = HuitouCharts;
  // Names wider than their bar stand on two lines in turn, so that none is torn apart.
  const inTurn = o.months.some((name) => wide(name) > band);
  // A legend that needs a second row pushes the bars down, not over its own names.
  let rows = 1, used = 0;
  for (const { name } of o.parts) {
    const all = 29 + wide(name);
    if (used && used + all > width - 16) { rows += 1; used = 0; }
    used += all;
  }
  return {
    grid: { left: 4, right: small && !few ? 24 : 8, top: 14 + 20 * rows, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, itemGap: 14, icon: "rect", textStyle: { color: t.ink2, fontSize: 12 }, data: o.parts.map((p) => p.name) },
    tooltip: Object.assign({ trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: t.v("band") } }, formatter: (p) => {
      const i = p[0].dataIndex, rows = o.parts.map((part, n) => ["part" + n, part.name, part.shown[i]]).filter((row) => row[2] !== "0");
      return HuitouCharts.tip(o.months[i] + "  " + o.totals[i], rows);
    } }, HuitouCharts.tooltip),
    xAxis: { type: "category", data: o.months, axisLabel: few ? { interval: 0, hideOverlap: false, width: band * (inTurn ? 2 : 1), overflow: "break", formatter: (name, i) => (inTurn && i % 2 ? "\n" : "") + name } : { interval: small ? 2 : 0 } },
    yAxis: { type: "value", minInterval: 1, axisLabel: { formatter: (x) => x.toLocaleString("en") } },
    series: o.parts.map((part, n) => ({ name: part.name, type: "bar", stack: "all", data: part.values, barMaxWidth: 34, itemStyle: { color: part.colour ? t.v(part.colour) : t.series[[1, 2, 3, 5, 4, 0][n]], borderColor: t.sheet, borderWidth: 1 } })),
  };
});
