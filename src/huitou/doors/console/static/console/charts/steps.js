/* Receipts by amount, beside a threshold. options: {names: [text], counts: [n], tips: [text], lines: [{at: index, text}], unit: "…"} */
HuitouCharts.register("steps", (t, width, o) => {
  "use strict";
  const every = Math.max(1, Math.ceil(o.names.length / (width < 420 ? 5 : 9)));
  const first = o.lines.length ? o.lines[0].at : -1;
  return {
    grid: { left: 2, right: 8, top: 30, bottom: 4, containLabel: true },
    tooltip: Object.assign({ trigger: "axis", axisPointer: { type: "none" }, formatter: (p) => HuitouCharts.tip(o.names[p[0].dataIndex], [["mark", o.unit, o.tips[p[0].dataIndex]]]) }, HuitouCharts.tooltip),
    xAxis: { type: "category", data: o.names, axisLabel: { interval: (i) => i % every === 0 } },
    yAxis: { type: "value", splitNumber: 3, axisLabel: { formatter: (v) => v.toLocaleString() } },
    series: [{
      type: "bar", barCategoryGap: "12%",
      data: o.counts.map((n, i) => ({ value: n, itemStyle: { color: first >= 0 && i < first ? t.muted : t.mark } })),
      markLine: { symbol: "none", silent: true, animation: false, lineStyle: { color: t.ink, width: 1, type: "solid" }, label: { color: t.ink, fontSize: 11, position: "end", distance: 4 }, data: o.lines.map((l) => ({ xAxis: l.at, label: { formatter: l.text } })) },
    }],
  };
});
