/** The parts of ECharts that the lab uses, registered once; everything else stays out of the bundle. */
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, MarkAreaComponent, TooltipComponent } from 'echarts/components'
import { connect, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([
  BarChart,
  CanvasRenderer,
  CustomChart,
  GridComponent,
  LineChart,
  MarkAreaComponent,
  ScatterChart,
  TooltipComponent,
])

export { connect, init }
export type { EChartsType } from 'echarts/core'
