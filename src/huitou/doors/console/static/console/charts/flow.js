/* Who went from which layer to which, from one day to the next: columns of layers, bands between them.
   options: {days: [text], phone: how many of the newest days a phone shows, layers: [[key, name]], counts: {"day|key": text},
             nodes: [[dayIndex, key, members]], bands: [[dayIndex, from key, to key, members, text]], unit: text,
             colours: {key: token} where keys are no layers} */
HuitouCharts.register("flow", (t, width, o) => {
  "use strict";
  const small = width < 520, skip = small ? Math.max(0, o.days.length - o.phone) : 0, end = o.days.length - 1;
  const colour = (key) => (key ? t.v((o.colours || {})[key] || key) : t.muted), name = (key) => o.layers.find((one) => one[0] === key)[1];
  const id = (day, key) => day + "|" + key, most = Math.max(...o.nodes.map((n) => n[2])), thin = most * 0.04;
  /* Room for the longest name at the end. */
  const ends = o.nodes.filter(([day]) => day === end).map(([day, key]) => HuitouCharts.wide(name(key) + " " + o.counts[id(day, key)]) + 18);
  const room = Math.max(small ? 92 : 128, ...ends);
  const nodes = o.nodes.filter((n) => n[0] >= skip).map(([day, key, members]) => ({
    name: id(day, key), depth: day - skip, value: members, itemStyle: { color: colour(key), borderWidth: 0 },
    label: {
      show: members > thin || day === end, position: "right", color: day === end ? t.ink : t.ink2, fontSize: 12, fontWeight: day === end ? 600 : 400,
      backgroundColor: day === end ? "transparent" : t.sheet, padding: day === end ? 0 : [1, 3], borderRadius: 2,
      formatter: (small && day !== end ? "" : name(key) + " ") + o.counts[id(day, key)],
    },
  }));
  const bands = o.bands.filter((b) => b[0] >= skip).map(([day, from, to, members, text]) => ({
    source: id(day, from), target: id(day + 1, to), value: members, text, said: name(from) + " → " + name(to), day,
    lineStyle: { color: colour(from), opacity: from === to ? 0.16 : 0.42 },
  }));
  return {
    tooltip: Object.assign({ formatter: (p) => (p.dataType === "edge"
      ? HuitouCharts.tip(o.days[p.data.day] + " → " + o.days[p.data.day + 1], [["seq", p.data.said, p.data.text]])
      : HuitouCharts.tip(o.days[+p.name.split("|")[0]], [["seq", name(p.name.split("|")[1]), o.counts[p.name] + " " + o.unit]])) }, HuitouCharts.tooltip),
    graphic: o.days.slice(skip).map((day, i, all) => ({
      type: "text", silent: true, top: 0, left: 2 + (i * (width - 6 - room)) / (all.length - 1),
      style: { text: day, fill: t.ink3, font: "11px " + t.font },
    })),
    series: [{
      type: "sankey", left: 2, right: room, top: 22, bottom: 6, nodeWidth: 8, nodeGap: 12, layoutIterations: 0, draggable: false,
      data: nodes, links: bands, lineStyle: { curveness: 0.5 }, emphasis: { focus: "adjacency", lineStyle: { opacity: 0.6 } }, label: { textBorderWidth: 0 },
    }],
  };
});
