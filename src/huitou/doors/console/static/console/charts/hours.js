/* When people come: weekday by hour. options: {days: [7 names], hours: [n], cells: [[hourIndex, dayIndex, receipts]], tips: [text], high: n, unit: text} */
HuitouCharts.register("hours", (t, width, o) => {
  "use strict";
  return {
    grid: { left: 2, right: 2, top: 6, bottom: 34, containLabel: true },
    tooltip: Object.assign({ formatter: (p) => HuitouCharts.tip(o.days[p.value[1]] + " " + o.hours[p.value[0]] + ":00", [["seq", o.unit, p.value[2].toLocaleString("en")]]) }, HuitouCharts.tooltip),
    xAxis: { type: "category", data: o.hours, position: "top", axisLine: { show: false }, axisLabel: { interval: width < 420 ? 1 : 0, margin: 6, hideOverlap: false } },
    yAxis: { type: "category", data: o.days, inverse: true, axisLine: { show: false }, axisLabel: { color: t.ink2, fontSize: 12 } },
    visualMap: { min: 0, max: o.high, calculable: false, orient: "horizontal", left: "right", bottom: -2, itemHeight: 110, itemWidth: 8, text: [o.high.toLocaleString("en") + " " + o.unit, "0"], textGap: 8 },
    series: [{ type: "heatmap", data: o.cells, itemStyle: { borderColor: t.sheet, borderWidth: 1.5 }, emphasis: { itemStyle: { borderColor: t.dan, borderWidth: 2 } } }],
  };
});
