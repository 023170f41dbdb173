/* One KPI over a year of 28-day windows: this period cinnabar, the year before grey and dashed, both labelled at the line.
   options: {ends: [ISO days], labels: [spoken days], now: [number|null], before: [number|null], shown: [text], shownBefore: [text],
             last: text, words: {now, before}, lines: [{at, text, strong}], unit: "rate"|"money"|"count",
             bands: [{from, to: places on the axis, name}]} */
HuitouCharts.register("trend", (t, width, o, height) => {
  "use strict";
  const small = width < 520, zh = HuitouCharts.chinese();
  const lines = o.lines || [];
  const figures = o.now.concat(o.before, lines.map((line) => line.at)).filter((x) => x !== null);
  const low = Math.min(...figures), high = Math.max(...figures);
  const rough = (high - low || Math.abs(high) || 1) / (small ? 3 : 4), ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((k) => k * ten).find((k) => k >= rough);
  const floor = Math.floor(low / step - 0.2) * step < 0 && low >= 0 ? 0 : Math.floor(low / step - 0.2) * step;
  const roof = Math.ceil(high / step + 0.05) * step;
  const axis = (x) => {
    if (o.unit === "rate") return x.toFixed(step < 1 || step === 2.5 ? 1 : 0) + "%";
    if (zh && high >= 1e4) return (x / 1e4).toLocaleString("zh-CN", { maximumFractionDigits: step % 1e4 ? (step < 1e3 ? 2 : 1) : 0 }) + " 万";
    if (high >= 1e6) return (x / 1e6).toLocaleString("en", { maximumFractionDigits: 2 }) + "M";
    if (high >= 1e4) return (x / 1e3).toLocaleString("en", { maximumFractionDigits: step < 1e3 ? 1 : 0 }) + "k";
    return x.toLocaleString("en", { maximumFractionDigits: step < 1 ? 2 : 1 });
  };
  const month = (i) => +o.ends[i].slice(5, 7);
  const first = (i) => i === 0 || month(i) !== month(i - 1);
  const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const monthName = (i) => {
    const year = i === 0 || o.ends[i].slice(0, 4) !== o.ends[Math.max(0, i - 5)].slice(0, 4);
    if (zh) return (year ? o.ends[i].slice(0, 4) + "年" : "") + month(i) + "月";
    return names[month(i) - 1] + (year ? " " + o.ends[i].slice(0, 4) : "");
  };
  const end = o.ends.length - 1;
  const newest = (values) => { let i = end; while (i > 0 && values[i] === null) i--; return i; };
  const lastNow = newest(o.now), lastBefore = newest(o.before);
  const near = o.before[lastBefore] !== null && Math.abs(o.before[lastBefore] - o.now[lastNow]) < (roof - floor) * 0.07;
  /* A line runs from point to point: one between two gaps is seen as a dot. */
  const gap = (values, i) => values[i] === undefined || values[i] === null;
  const dotted = (values) => values.map((value, i) => (value !== null && gap(values, i - 1) && gap(values, i + 1) ? { value, symbol: "circle", symbolSize: 4 } : value));
  const point = (value, colour, text, weight, shift, alone) => ({
    silent: true, symbol: "rect", symbolSize: weight ? 9 : alone ? 7 : 0.1, itemStyle: { color: colour, borderColor: t.sheet, borderWidth: weight ? 2 : 0 },
    label: { show: true, position: small ? "top" : "right", align: small ? "right" : "left", offset: [0, shift], formatter: text, color: weight ? t.dan : t.ink3, fontWeight: weight ? 600 : 400, fontSize: weight ? 13 : 11, backgroundColor: t.sheet, padding: [1, 2] },
    data: [{ coord: value }],
  });
  /* On a phone both labels stand above their points at the right edge: the year before's keeps clear of this period's
     and of two rows of festivals' names at the foot. In pixels from the foot. */
  const tall = height - 50, up = (value) => (value - floor) / (roof - floor) * tall;
  const lifted = () => {
    const own = up(o.before[lastBefore]) + 5, foot = (o.bands || []).length ? 38 : 0, now = o.now[lastNow] === null ? -99 : up(o.now[lastNow]);
    let at = Math.max(own, foot);
    if (at < now + 26 && at + 16 > now - 6) at = now - 22 >= foot ? now - 22 : now + 26;
    return own - at;
  };
  /* Room for the label at the line's end. */
  const { wide } = HuitouCharts;
  const labelWidth = wide(o.last, 13) + 24, plot = width - (small ? 60 : 60 + Math.max(86, labelWidth));
  /* Target and baseline are level lines with their name where it stands clearest of both curves, of the other's name and
     of the festivals at the foot; on a phone not at the end, where this period's label stands. */
  const taken = [], curve = (values, x) => {
    const i = Math.min(end, Math.max(0, x / plot * end)), a = values[Math.floor(i)], b = values[Math.ceil(i)];
    return gap(values, Math.floor(i)) || gap(values, Math.ceil(i)) ? null : up(a + (b - a) * (i % 1));
  };
  const clear = (box) => Math.min(24, ...[0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((k) => [o.now, o.before].map((values) => {
    const y = curve(values, box.left + (box.right - box.left) * k / 8);
    return y === null ? 24 : Math.max(0, box.foot - y, y - box.top);
  })), ...taken.map((other) => Math.max(0, box.left - other.right, other.left - box.right, box.foot - other.top, other.foot - box.top)),
  (o.bands || []).length ? Math.max(0, box.foot - 22) : 24, Math.max(0, tall - box.top + 20));
  const place = (line) => {
    const w = wide(line.text, 11) + 12, at = up(line.at), best = ["Start", "Middle", "End"].slice(0, small ? 2 : 3).flatMap((x) => ["Top", "Bottom"].map((y) => {
      const left = { Start: 0, Middle: (plot - w) / 2, End: plot - w }[x], box = { left, right: left + w, foot: y === "Top" ? at + 1 : at - 19, top: y === "Top" ? at + 19 : at - 1 };
      return { at: "inside" + x + y, box, clear: clear(box) };
    })).reduce((one, other) => (other.clear > one.clear ? other : one));
    taken.push(best.box);
    return best.at;
  };
  const level = lines.length ? { silent: true, symbol: "none", data: lines.map((line) => ({ yAxis: line.at,
    lineStyle: { type: "solid", width: line.strong ? 1.5 : 1, color: line.strong ? t.ink : t.line2 },
    label: { show: true, position: place(line), formatter: line.text, color: line.strong ? t.ink : t.ink3, fontSize: 11, fontWeight: line.strong ? 500 : 400, backgroundColor: t.sheet, padding: [1, 3] } })) } : undefined;
  /* Festivals are bands with their names at the foot, where no line runs; a name that would run into the one after it
     stands a row higher, and one that would run off the edge is moved in. A phone has room for two rows: the newest
     festivals are named. */
  const rowStarts = [];
  const bands = (o.bands || []).slice().reverse().map((band) => {
    let middle = (band.from + band.to) / 2 * plot / Math.max(1, end);
    const half = wide(band.name, 11) / 2 + 4, over = Math.max(0, middle + half - plot - (small ? 4 : 60));
    middle -= over;
    let row = rowStarts.findIndex((start) => middle + half <= start);
    if (row < 0) row = rowStarts.length;
    if (small && row > 1) return [{ xAxis: band.from, label: { show: false } }, { xAxis: band.to }];
    rowStarts[row] = middle - half;
    return [{ xAxis: band.from, name: band.name, label: { distance: 6 + 14 * row, offset: [-over, 0] } }, { xAxis: band.to }];
  });
  const festivals = bands.length ? { silent: true, itemStyle: { color: t.v("band") }, label: { position: "insideBottom", color: t.ink3, fontSize: 11 }, data: bands } : undefined;
  const known = o.before.filter((x) => x !== null).length;
  return {
    grid: { left: 4, right: small ? 10 : Math.max(86, labelWidth), top: small ? 26 : 18, bottom: 4, containLabel: true },
    tooltip: Object.assign({ trigger: "axis", axisPointer: { lineStyle: { color: t.line2 } }, formatter: (p) => {
      const i = p[0].dataIndex, rows = o.now[i] !== null || o.before[i] === null ? [["dan", o.words.now, o.shown[i]]] : [];
      if (o.before[i] !== null) rows.push(["before", o.words.before, o.shownBefore[i]]);
      return HuitouCharts.tip(o.labels[i], rows);
    } }, HuitouCharts.tooltip),
    xAxis: { type: "category", data: o.ends, boundaryGap: false, axisLabel: { interval: (i) => first(i) && i > 0 && month(i) % (small ? 3 : 2) === 0, formatter: (v, i) => monthName(i) } },
    yAxis: { type: "value", min: floor, max: roof, interval: step, axisLabel: { formatter: axis } },
    series: [
      { name: o.words.before, type: "line", data: dotted(o.before), showAllSymbol: true, lineStyle: { width: 1.5, type: [4, 3], color: t.ink3 }, itemStyle: { color: t.ink3 }, z: 1, connectNulls: false,
        markPoint: known === 1 || (known && !small) ? point([o.ends[lastBefore], o.before[lastBefore]], t.ink3, o.words.before, 0, small ? lifted() : near ? (o.before[lastBefore] > o.now[lastNow] ? -12 : 14) : 0, known === 1) : undefined },
      { name: o.words.now, type: "line", data: dotted(o.now), showAllSymbol: true, color: t.dan, markLine: level, markArea: festivals, lineStyle: { width: 2 }, z: 3, connectNulls: false,
        markPoint: o.now[lastNow] !== null ? point([o.ends[lastNow], o.now[lastNow]], t.dan, o.last, 1, 0) : undefined },
    ],
  };
});
