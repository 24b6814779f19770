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
