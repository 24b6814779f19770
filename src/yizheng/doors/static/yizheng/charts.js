/* Bars from the numbers that the page carries beside the chart. The table next to each chart says the same. */
"use strict";
document.querySelectorAll("[data-chart=bars]").forEach((place) => {
  const data = JSON.parse(document.getElementById(place.id + "-data").textContent);
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  place.style.height = Math.max(220, data.names.length * size * 2.1 + 40) + "px";
  const chart = echarts.init(place, null, { renderer: "svg" });
  const text = { color: "#0f1418", fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily };
  chart.setOption({
    animation: false,
    aria: { enabled: true, label: { description: place.dataset.label }, decal: { show: false } },
    grid: { left: 0, right: size * 4, top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { type: "value", axisLabel: { show: false }, splitLine: { lineStyle: { color: "#e3e9f0" } } },
    yAxis: {
      type: "category", inverse: true, data: data.names, axisTick: { show: false },
      axisLine: { lineStyle: { color: "#5c6b7a" } }, axisLabel: Object.assign({ margin: 12 }, text),
    },
    series: [{
      type: "bar", data: data.counts, barMaxWidth: size * 1.3, itemStyle: { color: "#0a4b8f", borderRadius: [0, 4, 4, 0] },
      label: Object.assign({ show: true, position: "right", formatter: (p) => p.value.toLocaleString("en-US") }, text),
    }],
  });
  addEventListener("resize", () => chart.resize());
});
/* What came, a dark bar, over what was expected, a wide light one that begins at the least and ends at the most. */
document.querySelectorAll("[data-chart=band], [data-chart=spark]").forEach((place) => {
  const data = JSON.parse(document.getElementById(place.id + "-data").textContent);
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const small = place.dataset.chart === "spark";
  const chart = echarts.init(place, null, { renderer: "svg" });
  const text = { color: "#0f1418", fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily };
  const wide = small ? "100%" : "78%";
  const none = { color: "transparent" };
  const bars = (name, numbers, style, more) => Object.assign({ name: name, type: "bar", data: numbers, itemStyle: style, silent: true }, more);
  const series = [
    bars("", data.least, none, { stack: "band", barWidth: wide }),
    bars(data.expectedWord, data.most.map((most, at) => (most === null ? null : most - data.least[at])),
      { color: "#b9d3ee", borderColor: "#5c6b7a", borderWidth: small ? 0 : 1 }, { stack: "band", barWidth: wide }),
    bars(data.seenWord, data.seen, { color: "#0a4b8f" }, { barWidth: small ? "45%" : "34%", barGap: small ? "-72%" : "-72%", z: 3 }),
  ];
  chart.setOption({
    animation: false,
    aria: { enabled: true, label: { description: place.dataset.label }, decal: { show: false } },
    grid: small ? { left: 0, right: 0, top: 2, bottom: 2 } : { left: 0, right: 8, top: 8, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { type: "category", data: data.names, show: !small, axisTick: { show: false }, axisLine: { lineStyle: { color: "#5c6b7a" } }, axisLabel: Object.assign({ rotate: 45 }, text) },
    yAxis: { type: "value", show: !small, axisLabel: Object.assign({ formatter: (n) => n.toLocaleString("en-US") }, text), splitLine: { lineStyle: { color: "#e3e9f0" } } },
    series: series,
  });
  addEventListener("resize", () => chart.resize());
});
