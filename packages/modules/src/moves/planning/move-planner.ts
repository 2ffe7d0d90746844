import { Inject, Injectable } from '@nestjs/common';
import { CUSTOM_PREFIX, tidyKey, tidyText } from '@pellucid/conditions';
import {
  ColumnProfile,
  ImportAccess,
  type ImportFile,
  ImportFiles,
  importTarget,
  isImportable,
  openTable,
  sniffTable,
  TableRefusedError,
} from '@pellucid/modules/imports';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { PEOPLE, type RecordDescriptor, RecordRegistry } from '@pellucid/platform/records';
import {
  type AnySourceFile,
  detectSource,
  type PeopleFile,
  isIgnored,
  recognise,
  type RecordFile,
  SOURCES,
  type SourceSystem,
} from '../catalogues/index.js';
import { sourceUnknown } from '../moves.errors.js';
import { cellsOf, FileContents, knownColumns } from './file-contents.js';
import type { MovePlan, PlannedChoice, PlannedColumn, PlannedFile } from './move-plan.js';
import { newFieldName, newFieldOf } from './new-fields.rules.js';
import { PlanMatches } from './plan-matches.js';

/** Rows that samples and types of columns are taken from. */
const PROFILED = 5_000;
const SAMPLES = 3;
const SAMPLE_CHARACTERS = 80;

/** A person as a file of people describes them. */
export interface SourcePerson {
  name: string;
  email: string | null;
}

/** A file whose header was read. */
interface OpenedFile {
  file: ImportFile;
  columns: string[];
}

/** Makes plans of moves from uploaded files. Everything is proposed under the rights of the context's actor. */
@Injectable()
export class MovePlanner {
  constructor(
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(ImportAccess) private readonly access: ImportAccess,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(PlanMatches) private readonly matches: PlanMatches,
  ) {}

  /**
   * Makes a plan.
   * @param wanted key of the source; detected by default
   * @throws ProblemError 422 if no file is known
   */
  async plan(
    uploads: readonly ImportFile[],
    wanted?: string,
  ): Promise<{ source: SourceSystem; plan: MovePlan }> {
    const snapshot = await this.directory.current();
    const opened: OpenedFile[] = [];
    for (const file of uploads) opened.push({ file, columns: await this.columnsOf(file) });
    const source =
      SOURCES.find(({ key }) => key === wanted) ?? detectSource(opened.map(({ columns }) => columns));
    if (!source || !opened.some(({ columns }) => recognise(source, columns)))
      throw sourceUnknown(opened.map(({ file }) => file.name));
    const contents = new FileContents();
    const known = new Map<string, SourcePerson>();
    const files: PlannedFile[] = [];
    for (const one of opened) files.push(await this.planFile(one, source, snapshot, contents, known));
    return {
      source,
      plan: {
        files,
        people: await this.matches.people(contents.people, known, source, snapshot),
        stages: await this.matches.stages(contents.stages, snapshot),
        choices: this.choicesOf(files, contents, snapshot),
      },
    };
  }

  private async columnsOf(file: ImportFile): Promise<string[]> {
    try {
      const source = this.files.bytes(file);
      const table = await openTable(source, await sniffTable(source));
      await table.close();
      return table.columns;
    } catch (error) {
      if (error instanceof TableRefusedError) return [];
      throw error;
    }
  }

  private async planFile(
    { file, columns }: OpenedFile,
    source: SourceSystem,
    snapshot: TenantSnapshot,
    contents: FileContents,
    known: Map<string, SourcePerson>,
  ): Promise<PlannedFile> {
    const kind = recognise(source, columns);
    const nothing = (reason: PlannedFile['reason'], rows = 0): PlannedFile => ({
      fileId: file.id,
      name: file.name,
      kind: kind?.name ?? null,
      brings: 'nothing',
      tellsStages: false,
      object: kind?.kind === 'records' ? kind.object : null,
      rows,
      isIncluded: false,
      reason,
      columns: [],
    });
    if (!kind) return nothing('unknownFile');
    const descriptor = this.descriptorOf(kind, snapshot);
    const { profiles, rows } = await this.read(file, kind, source, descriptor, contents, known);
    const objectKey = objectOf(kind);
    const isUnmapped = kind.kind === 'records' && kind.isUnmapped;
    if (isUnmapped || (objectKey !== null && !this.registry.has(objectKey, snapshot)))
      return nothing('noObject', rows);
    if (kind.kind !== 'people' && !descriptor) return nothing('noRight', rows);
    if (rows === 0) return nothing('noRows');
    return {
      ...nothing(null, rows),
      brings: kind.kind,
      tellsStages: historyOf(kind)?.reader(columns) !== undefined,
      object: objectKey,
      isIncluded: true,
      columns:
        kind.kind === 'records'
          ? this.planColumns(kind, columns, descriptor!, profiles, source, snapshot)
          : [],
    };
  }

  /** The object as the caller may fill it; undefined if there is none, or the caller may not import it. */
  private descriptorOf(kind: AnySourceFile, snapshot: TenantSnapshot): RecordDescriptor | undefined {
    const object = objectOf(kind);
    if (object === null || !this.registry.has(object, snapshot)) return undefined;
    const descriptor = this.registry.forTenant(object, snapshot);
    const actions =
      kind.kind === 'records' ? (kind.mode === 'update' ? ['update'] : ['create', 'update']) : ['update'];
    const may = ['import', ...actions].every((action) => this.directory.may(snapshot, { object, action }));
    return may && isImportable(descriptor) ? this.access.writable(descriptor, snapshot) : undefined;
  }

  /** Reads all rows of a file. */
  private async read(
    file: ImportFile,
    kind: AnySourceFile,
    system: SourceSystem,
    descriptor: RecordDescriptor | undefined,
    contents: FileContents,
    known: Map<string, SourcePerson>,
  ): Promise<{ profiles: ColumnProfile[]; rows: number }> {
    const source = this.files.bytes(file);
    const table = await openTable(source, await sniffTable(source));
    const cells = cellsOf(table.columns, system);
    const profiles = table.columns.map(() => new ColumnProfile());
    const decided =
      kind.kind === 'records' && descriptor
        ? knownColumns(kind, table.columns, (key) => importTarget(descriptor, key)).filter(
            ({ field }) => refersToPeopleOrStages(field) || isFixedChoice(field),
          )
        : [];
    const skips = kind.kind === 'people' ? undefined : kind.skips?.();
    const stays = descriptor ? historyOf(kind)?.reader(table.columns) : undefined;
    let rows = 0;
    for await (const chunk of table.rows)
      for (const row of chunk) {
        const cell = cells(row);
        rows++;
        if (rows <= PROFILED)
          for (const [i, profile] of profiles.entries()) profile.observe(row.cells[i] ?? '');
        if (skips?.(cell)) continue;
        if (kind.kind === 'people') takePerson(kind, cell, known);
        else if (kind.kind === 'records') contents.take(file.id, kind, decided, cell);
        for (const stay of stays?.(cell) ?? []) contents.takeStay(stay);
      }
    return { profiles, rows };
  }

  private planColumns(
    kind: RecordFile,
    columns: readonly string[],
    descriptor: RecordDescriptor,
    profiles: readonly ColumnProfile[],
    source: SourceSystem,
    snapshot: TenantSnapshot,
  ): PlannedColumn[] {
    const fields = new Map(
      knownColumns(kind, columns, (key) => importTarget(descriptor, key)).map(({ column, field }) => [
        column,
        field.key,
      ]),
    );
    const mayMake = this.directory.may(snapshot, { system: 'manageFields' });
    return columns.flatMap((name, i): PlannedColumn[] => {
      const profile = profiles[i]!;
      if (!fields.has(name) && (isIgnored(kind, name) || !profile.filled)) return [];
      const own = CUSTOM_PREFIX + newFieldName(name);
      const field = fields.get(name) ?? (descriptor.byKey.has(own) ? own : null);
      const isOwn = source.isCustom?.(name) ?? false;
      return [
        {
          name,
          samples: profile.samples.slice(0, SAMPLES).map((text) => text.slice(0, SAMPLE_CHARACTERS)),
          field,
          newField:
            field === null && isOwn && mayMake && kind.mode !== 'update' ? newFieldOf(name, profile) : null,
        },
      ];
    });
  }

  /** Values of choices with fixed options, each with the option that it most likely means. */
  private choicesOf(
    files: readonly PlannedFile[],
    contents: FileContents,
    snapshot: TenantSnapshot,
  ): PlannedChoice[] {
    return files.flatMap(({ fileId, object, columns }) =>
      [...(contents.choices.get(fileId) ?? [])].flatMap(([column, values]) => {
        const key = columns.find(({ name }) => name === column)?.field;
        const field = key && object ? this.registry.forTenant(object, snapshot).byKey.get(key) : undefined;
        if (!field) return [];
        const options = field.options ?? [];
        return [...values].map(([value, count]): PlannedChoice => {
          const alike = options.find((o) =>
            [o.value, o.label].some((text) => tidyKey(text).toLowerCase() === tidyKey(value).toLowerCase()),
          );
          return { fileId, column, field: field.key, value, count, option: alike?.value ?? null };
        });
      }),
    );
  }
}

type Field = RecordDescriptor['fields'][number];

const historyOf = (kind: AnySourceFile) => (kind.kind === 'people' ? undefined : kind.history);

/** Returns the object that a file is about; null for people, who become no records. */
function objectOf(kind: AnySourceFile): string | null {
  if (kind.kind === 'people') return null;
  return kind.kind === 'records' ? kind.object : kind.history.object;
}

const refersToPeopleOrStages = (field: Field) =>
  field.lookupScope !== undefined || field.references === PEOPLE;

const isFixedChoice = (field: Field) =>
  field.options !== undefined && !field.openOptions && !field.traits.isList && !field.references;

function takePerson(
  kind: PeopleFile,
  cell: (column: string) => string,
  known: Map<string, SourcePerson>,
): void {
  const key = tidyText(cell(kind.id));
  if (key) known.set(key, { name: tidyText(kind.nameOf(cell)), email: tidyText(cell(kind.email)) || null });
}
