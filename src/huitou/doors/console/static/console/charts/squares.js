/* A table of squares, the stronger the more, with its figures in them; grey where there are too few to tell.
   options: {rows: [text], columns: [text], cells: [[column, row, value, text, tip, few]], high: n, low: n where the palest colour begins (0),
             places: {"column,row": address}, across: text, down: text} */
HuitouCharts.register("squares", (t, width, o) => {
  "use strict";
  const room = (width - 70) / o.columns.length, small = room < 30;
  const low = o.low || 0, few = o.cells.filter((c) => c[5]), told = o.cells.filter((c) => !c[5]);
  const square = (c, dim) => ({
    value: [c[0], c[1], c[2]], tip: c[4], place: o.places && o.places[c[0] + "," + c[1]], itemStyle: dim ? { color: t.v("sunk"), borderColor: t.line2, borderType: "dashed" } : undefined,
    label: { show: !small, formatter: c[3], color: dim ? t.ink3 : HuitouCharts.onSeq(t, o.high > low ? (c[2] - low) / (o.high - low) : 0), fontSize: room < 44 ? 10.5 : 12 },
  });
  return {
    grid: { left: 2, right: 6, top: o.across ? 24 : 6, bottom: 4, containLabel: true },
    tooltip: Object.assign({ formatter: (p) => HuitouCharts.tip(p.data.tip[0], p.data.tip[1].map(([a, b]) => ["seq", a, b])) }, HuitouCharts.tooltip),
    xAxis: { type: "category", data: o.columns, position: "top", name: o.across, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: t.ink3, fontSize: 11 }, axisLine: { show: false }, axisLabel: { interval: small ? 1 : 0, margin: 6, color: t.ink2 } },
    yAxis: { type: "category", data: o.rows, inverse: true, axisLine: { show: false }, axisLabel: { color: t.ink2, fontSize: 12, interval: 0 } },
    visualMap: { show: false, min: low, max: o.high || 1, seriesIndex: 0, dimension: 2 },
    series: [
      { type: "heatmap", data: told.map((c) => square(c, false)), cursor: o.places ? "pointer" : "default", itemStyle: { borderColor: t.sheet, borderWidth: 1.5 }, emphasis: { itemStyle: { borderColor: t.dan, borderWidth: 2 } } },
      { type: "custom", data: few.map((c) => square(c, true)), renderItem: (params, api) => {
        const at = api.coord([api.value(0), api.value(1)]), size = api.size([1, 1]);
        return { type: "rect", shape: { x: at[0] - size[0] / 2 + 1, y: at[1] - size[1] / 2 + 1, width: size[0] - 2, height: size[1] - 2 }, style: { fill: t.v("sunk"), stroke: t.line2, lineDash: [3, 3], text: small ? "" : few[params.dataIndex][3], textFill: t.ink3, font: "11px " + t.font } };
      } },
    ],
  };
});
