import type { PickNeed } from '../../editor/pick-list';
import {
  addButton,
  type IntegrationContext,
  iconButton,
  labelled,
  selectInput,
  textInput,
} from './integration-form-fields';
import {
  changeProps,
  type Draft,
  METRIC_KINDS,
  type Metric,
  type MetricKind,
  metricsOf,
  propsOf,
  setMetrics,
} from './integration-form-json';

/** The metrics and units of a generic sensor: of what kind they are, and a line for each. */
export function createMetricsForm(context: IntegrationContext, sensor: Draft): JQuery {
  const { say, changed } = context;
  const place = $('<div class="farfield-metrics">');
  const read = metricsOf(propsOf(sensor));
  if (!read)
    return place.append(labelled(say('metrics'), $('<div class="farfield-note">').text(say('hint.otherMetrics'))));
  const metrics = read;
  const lines = $('<div class="farfield-metric-lines">');

  const write = (): void => {
    changeProps(sensor, (props) => setMetrics(props, metrics, sensor.changeState === 'new'));
    changed();
  };

  const draw = (): void => {
    lines.empty().append(metrics.list.map(lineOf));
  };

  const field = (line: Metric, name: 'metric' | 'unit', pick?: string, needs?: PickNeed[]): JQuery => {
    const onInput = (text: string): void => {
      line[name] = text;
      write();
    };
    const control = textInput(context, { value: line[name], onInput, pick, needs });
    const input = control.find('input').addBack('input');
    input.attr({ placeholder: say(name), 'aria-label': say(name) });
    return control;
  };

  const lineOf = (line: Metric): JQuery => {
    // The platform lists the units of a metric that it knows; for another one there is no list.
    const [metricTypes, units] = metrics.kind === 'known' ? ['metric-types', 'units'] : [];
    const metric: PickNeed = { name: 'metric', label: say('metric'), value: () => line.metric };
    const remove = iconButton('fa-times', say('leaveOut')).on('click', () => {
      metrics.list.splice(metrics.list.indexOf(line), 1);
      draw();
      write();
      add.trigger('focus');
    });
    return $('<div class="farfield-metric-line">').append(
      field(line, 'metric', metricTypes),
      field(line, 'unit', units, [metric]),
      remove,
    );
  };

  const kinds = Object.keys(METRIC_KINDS).map((kind): [string, string] => [kind, say(`kinds.${kind}`)]);
  const kind = selectInput(kinds, metrics.kind, (chosen) => {
    metrics.kind = chosen as MetricKind;
    draw();
    write();
  });
  const add = addButton(say('addMetric'), () => {
    metrics.list.push({ metric: '', unit: '' });
    draw();
    lines.find('input').eq(-2).trigger('focus');
  });

  if (metrics.list.length === 0) metrics.list.push({ metric: '', unit: '' });
  draw();
  return place.append(labelled(say('metrics'), kind, say('hint.metrics')), lines, add);
}
