/* A day by the hour: members and others stacked, the usual day as a line. options: {hours: [n], members: [n], guests: [n], usual: [n], words: {members, guests, usual}} */
HuitouCharts.register("day", (t, width, o) => {
  "use strict";
  const bar = (name, data, color) => ({ name, type: "bar", stack: "receipts", data, itemStyle: { color }, barCategoryGap: "30%" });
  return {
    grid: { left: 4, right: 8, top: 30, bottom: 4, containLabel: true },
    legend: { left: 0, top: 0, icon: "rect", itemWidth: 10, itemHeight: 8, textStyle: { color: t.ink2, fontSize: 12 } },
    tooltip: Object.assign({ trigger: "axis", axisPointer: { type: "line", lineStyle: { color: t.line2 } }, formatter: (p) => {
      const i = p[0].dataIndex;
      return HuitouCharts.tip(o.hours[i] + ":00", [["seq", o.words.members, o.members[i].toLocaleString("en")], ["before", o.words.guests, o.guests[i].toLocaleString("en")], ["before", o.words.usual, o.usual[i].toLocaleString("en")]]);
    } }, HuitouCharts.tooltip),
    xAxis: { type: "category", data: o.hours, axisLabel: { interval: width < 420 ? 2 : 0 } },
    yAxis: { type: "value", min: 0, splitNumber: 4 },
    series: [
      bar(o.words.members, o.members, t.mark), bar(o.words.guests, o.guests, t.muted),
      { name: o.words.usual, type: "line", data: o.usual, lineStyle: { width: 1.5, type: [4, 3], color: t.ink3 }, itemStyle: { color: t.ink3 } },
    ],
  };
});
