/* A member's year of visits. options: {from, to: ISO days, cells: [[ISO day, yuan]], tips: {ISO day: [spoken day, text]}, high: yuan, weekdays: [Sunday..Saturday]} */
HuitouCharts.register("visits", (t, width, o) => {
  "use strict";
  const small = width < 520, zh = HuitouCharts.chinese();
  const day = 86400000, start = small ? new Date(Date.parse(o.to) - 181 * day).toISOString().slice(0, 10) : o.from;
  const weeks = Math.ceil((Date.parse(o.to) - Date.parse(start)) / day / 7) + 1;
  return {
    tooltip: Object.assign({ formatter: (p) => HuitouCharts.tip(o.tips[p.value[0]][0], [["seq", o.tips[p.value[0]][1], o.tips[p.value[0]][2]]]) }, HuitouCharts.tooltip),
    visualMap: { show: false, min: 0, max: o.high, seriesIndex: 0, inRange: { color: t.seq.slice(2) } },
    calendar: {
      top: 22, left: zh ? 26 : 34, right: 2, cellSize: [Math.floor((width - 36) / weeks), 17], range: [start, o.to],
      dayLabel: { firstDay: 1, nameMap: o.weekdays, margin: 8 }, monthLabel: { nameMap: zh ? "ZH" : "EN", margin: 6 },
    },
    series: [{ type: "heatmap", coordinateSystem: "calendar", data: o.cells.filter((c) => c[0] >= start) }],
  };
});
