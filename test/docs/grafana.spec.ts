import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { parser } from '@prometheus-io/lezer-promql';
import { z } from 'zod';
import { VwoTelemetry } from '../../lib/entries/otel.js';
import { edgeOf, FME } from '../client/three-clients.js';
import { Telemetry } from '../otel/otel.fixture.js';
import { ROOT } from './code-blocks.js';

const FILE = join(ROOT, 'docs/grafana/nestjs-vwo.json');

const datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });

const gridPos = z.strictObject({
  h: z.int().positive(),
  w: z.int().min(1).max(24),
  x: z.int().min(0).max(23),
  y: z.int().min(0),
});

const target = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource,
  expr: z.string().min(1),
  legendFormat: z.string(),
  range: z.boolean(),
  instant: z.boolean(),
});

const panel = z.discriminatedUnion('type', [
  z.strictObject({
    id: z.int().positive(),
    type: z.literal('row'),
    title: z.string().min(1),
    collapsed: z.literal(false),
    gridPos,
    panels: z.tuple([]),
  }),
  ...(['timeseries', 'stat'] as const).map((type) =>
    z.strictObject({
      id: z.int().positive(),
      type: z.literal(type),
      title: z.string().min(1),
      description: z.string().min(1),
      datasource,
      gridPos,
      fieldConfig: z.strictObject({ defaults: z.record(z.string(), z.unknown()), overrides: z.tuple([]) }),
      options: z.record(z.string(), z.unknown()),
      targets: z.array(target).min(1),
    }),
  ),
]);

const variable = z.looseObject({
  name: z.string().regex(/^\w+$/),
  label: z.string().min(1),
  type: z.enum(['datasource', 'query']),
  current: z.strictObject({}),
  options: z.tuple([]),
});

/** The classic model of a dashboard, which every Grafana imports; as far as this one uses it, and nothing that belongs to one Grafana. */
const dashboardModel = z.strictObject({
  id: z.null(),
  title: z.string().min(1),
  description: z.string().min(1),
  tags: z.array(z.string()),
  editable: z.boolean(),
  graphTooltip: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  refresh: z.string(),
  schemaVersion: z.int().min(36),
  version: z.int().positive(),
  timezone: z.string(),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  timepicker: z.strictObject({}),
  annotations: z.strictObject({ list: z.array(z.unknown()) }),
  links: z.array(z.unknown()),
  templating: z.strictObject({ list: z.array(variable) }),
  panels: z.array(panel).min(1),
});

const raw: unknown = JSON.parse(readFileSync(FILE, 'utf8'));

/** As Grafana hands them to Prometheus: with its variables filled in. */
const queries = (dashboardModel.safeParse(raw).data?.panels ?? [])
  .flatMap((each) => (each.type === 'row' ? [] : each.targets))
  .map(({ expr }) =>
    expr.replaceAll('$account', '.*').replaceAll('$environment', '.*').replaceAll('$__rate_interval', '1m'),
  );

/** What a query selects: names, and regular expressions of names. */
function selectedBy(query: string): RegExp[] {
  const selected: RegExp[] = [];
  parser.parse(query).iterate({
    enter: ({ name, from, to, node }) => {
      if (name !== 'VectorSelector') return;
      const metric = node.getChild('Identifier');
      const text = query.slice(from, to);
      const regex = /__name__=~"([^"]+)"/.exec(text)?.[1];
      selected.push(new RegExp(`^(${metric ? query.slice(metric.from, metric.to) : regex})$`));
    },
  });
  return selected;
}

function labelsIn(query: string): string[] {
  const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names]) => names?.split(', ') ?? []);
  const matched = [...query.matchAll(/(\w+)(?:=~|=|!=)"/g)].map(([, name]) => name ?? '');
  return [...new Set([...grouped, ...matched])].filter((name) => name !== '__name__');
}

/** What Prometheus has of `nestjs-vwo/otel`: the names of series, with and without units in them, and their labels. */
interface Series {
  readonly names: readonly string[];
  readonly named: ReadonlyMap<string, readonly string[]>;
  readonly labels: ReadonlySet<string>;
}

let series: Series;
beforeAll(async () => {
  const edge = await edgeOf();
  const telemetry = new Telemetry();
  const client = FME.build(edge);
  const observed = new VwoTelemetry(client, telemetry.providers);
  await client.start();
  const visit = await client.visit({ id: 'ann' });
  visit.flag('ab');
  await visit.end();
  const { resourceMetrics } = await telemetry.collected();
  const text = new PrometheusSerializer().serialize(resourceMetrics);
  observed.stop();
  await client.close();
  await edge.close();
  await telemetry.end();
  series = seriesOf(text);
});

const UNITS: ReadonlyMap<string, string> = new Map([
  ['s', 'seconds'],
  ['By', 'bytes'],
]);

/** The exporter for Node leaves units out; Prometheus's own receiver of OTLP, and the Collector, put them behind the name. */
function seriesOf(text: string): Series {
  const units = new Map([...text.matchAll(/^# UNIT (\S+) (\S+)$/gm)].map(([, name = '', unit]) => [name, unit]));
  const lines = [...text.matchAll(/^(vwo_\w+)\{([^}]*)\} \S+/gm)];
  const names = [...new Set(lines.map(([, name = '']) => name))];
  const labels = lines.flatMap(([, , inBraces = '']) =>
    [...inBraces.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
  );
  const named = names.map((name): [string, readonly string[]] => {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    const unit = UNITS.get(units.get(base) ?? '');
    return [name, unit ? [name, name.replace(base, `${base}_${unit}`)] : [name]];
  });
  return { names, named: new Map(named), labels: new Set([...labels, 'instance']) };
}

describe('the dashboard for Grafana', () => {
  it('has the shape that Grafana imports, and nothing of the Grafana that it was made in', () => {
    expect(dashboardModel.safeParse(raw).error?.issues).toBeUndefined();
  });

  it('asks a data source that is chosen when it is imported', () => {
    const { templating } = dashboardModel.parse(raw);
    expect(templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['account', 'query'],
      ['environment', 'query'],
    ]);
  });

  it('has panels that stand beside each other', () => {
    const { panels } = dashboardModel.parse(raw);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });

  it.each(queries)('has a query that Prometheus understands, of series and labels that there are: %s', (query) => {
    const errors: string[] = [];
    parser.parse(query).iterate({ enter: ({ type, from }) => void (type.isError && errors.push(query.slice(from))) });
    expect(errors).toEqual([]);
    for (const name of selectedBy(query)) {
      const found = series.names.filter((known) => series.named.get(known)?.every((form) => name.test(form)));
      expect([name.source, found]).toEqual([name.source, [expect.any(String)]]);
    }
    expect(labelsIn(query).filter((label) => label !== 'le' && !series.labels.has(label))).toEqual([]);
  });

  it('shows every metric that there is', () => {
    const selected = queries.flatMap(selectedBy);
    const metrics = series.names.map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    const shown = (metric: string) =>
      series.names.filter((name) => name.startsWith(metric)).some((name) => selected.some((regex) => regex.test(name)));
    expect([...new Set(metrics)].filter((metric) => !shown(metric))).toEqual([]);
  });
});
