/* Charts. Every colour comes from tokens.css, so light, dark and print follow the page.
   A chart is <div class="chart" data-chart="NAME" data-options="ID"> beside <script type="application/json" id="ID">.
   Builders register themselves: HuitouCharts.register("NAME", (tokens, width, options, height) => ECharts option).
   Tooltips are DOM elements with classes: the page's policy forbids inline styles. */
(function (root) {
  "use strict";
  const chinese = () => document.documentElement.lang.startsWith("zh");
  const dark = () => document.documentElement.getAttribute("data-bs-theme") === "dark";
  function tokens() {
    const style = getComputedStyle(document.documentElement);
    const v = (name) => style.getPropertyValue("--ht-" + name).trim();
    return {
      v, seq: [0, 1, 2, 3, 4, 5, 6].map((i) => v("seq-" + i)), series: [1, 2, 3, 4, 5, 6].map((i) => v("c" + i)),
      ink: v("ink"), ink2: v("ink-2"), ink3: v("ink-3"), line: v("line"), line2: v("line-2"), sheet: v("sheet"), raise: v("raise"),
      dan: v("dan"), qing: v("qing"), mark: v("mark"), muted: v("muted-mark"), font: v("font"),
    };
  }
  function theme(t) {
    const axis = {
      axisLine: { lineStyle: { color: t.line2 } }, axisTick: { show: false },
      axisLabel: { color: t.ink3, fontSize: 11, margin: 8, hideOverlap: true },
      splitLine: { lineStyle: { color: t.line, width: 1 } }, splitArea: { show: false },
    };
    return {
      color: t.series, backgroundColor: "transparent",
      textStyle: { fontFamily: t.font, color: t.ink2, fontSize: 12 },
      categoryAxis: Object.assign({}, axis, { splitLine: { show: false } }),
      valueAxis: Object.assign({}, axis, { axisLine: { show: false } }),
      line: { symbol: "none", lineStyle: { width: 2 }, smooth: false },
      visualMap: { textStyle: { color: t.ink3, fontSize: 11 }, inRange: { color: t.seq } },
      calendar: {
        itemStyle: { color: dark() ? t.line : t.v("sunk"), borderColor: t.sheet, borderWidth: 2 }, splitLine: { show: false },
        dayLabel: { color: t.ink3, fontSize: 11 }, monthLabel: { color: t.ink3, fontSize: 11 }, yearLabel: { show: false },
      },
      animation: false,
    };
  }
  /* Pixels that a text takes: a Chinese sign is as wide as its size, a Latin one a little over half. */
  const wide = (text, size = 12) => [...text].reduce((sum, sign) => sum + (sign > "\u2e7f" ? size + 0.5 : size * 0.58), 0);
  const tooltip = { className: "tip", backgroundColor: "transparent", borderWidth: 0, padding: 0, extraCssText: "", confine: true };
  /* tip("22 Nov", [["dan", "This period", "41.6%"]]) */
  function tip(head, rows) {
    const box = document.createElement("div");
    box.className = "tip-box";
    const title = document.createElement("b");
    title.textContent = head;
    box.append(title);
    for (const [mark, name, value] of rows) {
      const row = document.createElement("div");
      const dot = document.createElement("i");
      dot.className = "tip-" + mark;
      const words = document.createElement("span");
      words.textContent = name;
      const figure = document.createElement("b");
      figure.textContent = value;
      row.append(dot, words, figure);
      box.append(row);
    }
    return box;
  }
  const builders = {}, mounted = [];
  function draw(m, width, height) {
    const t = tokens();
    if (m.chart) {
      /* The same chart anew: one that is thrown away while it is still being painted cries out. */
      m.chart.setTheme(theme(t), { silent: true });
      m.chart.resize({ silent: true, width: width || "auto", height: height || "auto" });
    } else {
      m.chart = echarts.init(m.el, theme(t), { renderer: "canvas", locale: chinese() ? "ZH" : "EN" });
      m.chart.on("click", (p) => { if (p.data && p.data.place) location.assign(p.data.place); });
    }
    m.chart.setOption(builders[m.name](t, width || m.el.clientWidth, m.options, height || m.el.clientHeight), { notMerge: true });
    m.el.setAttribute("data-drawn", m.name);
  }
  function scan(scope) {
    for (let i = mounted.length - 1; i >= 0; i--) {
      if (!mounted[i].el.isConnected) { mounted[i].seen.disconnect(); mounted[i].chart.dispose(); mounted.splice(i, 1); }
    }
    for (const el of scope.querySelectorAll("[data-chart]:not([data-drawn])")) {
      const name = el.getAttribute("data-chart"), source = document.getElementById(el.getAttribute("data-options"));
      if (!builders[name] || !source) continue;
      const m = { el, name, options: JSON.parse(source.textContent), chart: null, width: el.clientWidth };
      m.seen = new ResizeObserver(() => { if (Math.abs(el.clientWidth - m.width) > 1) { m.width = el.clientWidth; draw(m); } });
      mounted.push(m);
      draw(m);
      m.seen.observe(el);
    }
  }
  document.addEventListener("huitou:theme", () => mounted.forEach((m) => draw(m)));
  document.addEventListener("htmx:afterSettle", () => scan(document));
  document.addEventListener("DOMContentLoaded", () => scan(document));
  /* Drawn anew for the column of an upright A4 or Letter sheet and as tall as print.css lets it be: a wide picture that
     is made to fit takes its letters with it. */
  const column = 671, tallest = (m) => Math.min(m.el.clientHeight, m.el.matches(".tall") ? 340 : 240);
  addEventListener("beforeprint", () => mounted.forEach((m) => draw(m, column, tallest(m))));
  addEventListener("afterprint", () => mounted.forEach((m) => draw(m)));
  /* the text colour with the better contrast on step k (0..1) of the sequential scale */
  function onSeq(t, k) {
    const rgb = (h) => [1, 3, 5].map((i) => parseInt(h.slice(i, i + 2), 16));
    const lum = (c) => c.map((x) => ((x /= 255) <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)).reduce((s, x, i) => s + x * [0.2126, 0.7152, 0.0722][i], 0);
    const cr = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const q = Math.max(0, Math.min(1, k)) * 6, i = Math.min(5, Math.floor(q)), a = rgb(t.seq[i]), b = rgb(t.seq[i + 1]);
    const bg = lum(a.map((x, j) => x + (b[j] - x) * (q - i)));
    const dark = t.v("on-light"), light = t.v("on-dark");
    return cr(lum(rgb(dark)), bg) >= cr(lum(rgb(light)), bg) ? dark : light;
  }
  /* The picture of a chart on its sheet, under its title and finding: what is passed on says what it is. */
  function picture(m) {
    const t = tokens(), ratio = 2, pad = 24, words = m.el.getAttribute("aria-label"), split = words.indexOf(":");
    const image = m.chart.getRenderedCanvas({ pixelRatio: ratio, backgroundColor: t.sheet });
    const page = Object.assign(document.createElement("canvas"), { width: image.width + 2 * pad * ratio, height: image.height + (64 + 2 * pad) * ratio });
    const pen = page.getContext("2d");
    pen.fillStyle = t.sheet;
    pen.fillRect(0, 0, page.width, page.height);
    pen.scale(ratio, ratio);
    pen.fillStyle = t.ink;
    pen.font = "600 16px " + t.font;
    pen.fillText(words.slice(0, split), pad, pad + 14);
    pen.fillStyle = t.ink2;
    pen.font = "13px " + t.font;
    pen.fillText(words.slice(split + 1).trim(), pad, pad + 38, image.width / ratio);
    pen.drawImage(image, pad, pad + 58, image.width / ratio, image.height / ratio);
    return page;
  }
  document.addEventListener("click", (e) => {
    const button = e.target instanceof Element && e.target.closest("[data-png]");
    const m = button && mounted.find((one) => one.el.closest("#" + button.getAttribute("data-png")));
    if (!m) return;
    button.closest("[popover]").hidePopover();
    picture(m).toBlob((blob) => {
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: button.getAttribute("data-png") + ".png" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  });
  root.HuitouCharts = { register: (name, build) => { builders[name] = build; }, tip, tooltip, onSeq, chinese, wide };
})(window);
