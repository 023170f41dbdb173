/* Members of a segment by snapshot, or of a tag by night: how many there are (cinnabar) and, where that is told, how many
   can be reached (grey). options: {moments: [text], members: [number], reachable?: [number], words: {members, reachable?}} */
HuitouCharts.register("growth", (t, width, o) => ({
  grid: { left: 4, right: 56, top: o.reachable ? 30 : 12, bottom: 4, containLabel: true },
  tooltip: Object.assign({ trigger: "axis", formatter: (points) => HuitouCharts.tip(o.moments[points[0].dataIndex], points.map((one, place) => [place ? "before" : "dan", one.seriesName, one.value.toLocaleString()])) }, HuitouCharts.tooltip),
  xAxis: { type: "category", data: o.moments, boundaryGap: false, axisLabel: { showMinLabel: true, showMaxLabel: true, alignMinLabel: "left", alignMaxLabel: "right", hideOverlap: true } },
  legend: { show: !!o.reachable, top: 0, left: 0, itemWidth: 18, itemHeight: 8, itemGap: 14, textStyle: { color: t.ink2, fontSize: 12 } },
  yAxis: { type: "value", scale: true, splitNumber: 2, minInterval: 1 },
  series: [
    { name: o.words.members, type: "line", data: o.members, color: t.dan, lineStyle: { width: 2 }, symbolSize: 4, endLabel: { show: true, formatter: (p) => p.value.toLocaleString(), color: t.dan, fontWeight: 600 } },
    ...(!o.reachable ? [] : [{ name: o.words.reachable, type: "line", data: o.reachable, color: t.ink3, lineStyle: { width: 1.4, type: "dashed" }, symbolSize: 3, endLabel: { show: true, formatter: (p) => p.value.toLocaleString(), color: t.ink3 } }]),
  ],
}));
