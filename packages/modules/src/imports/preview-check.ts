import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict, notFound, ProblemError } from '@pellucid/platform/errors';
import { type FilterContext, RecordRegistry, RecordService, shownText } from '@pellucid/platform/records';
import type { ImportPlan } from './engine/import-plan.js';
import { type ImportRights, importRights } from './engine/import-rights.js';
import { basisOf } from './engine/preview-basis.js';
import { type Findings, leadsToSame } from './engine/preview-findings.js';
import { RecordMatching } from './engine/record-matching.js';
import { ReferenceLookups } from './engine/reference-lookup.js';
import type { ImportOptions } from './import-options.schema.js';
import { ImportRowsRepository } from './import-rows.repository.js';
import { ImportFilesRepository } from './import-files.repository.js';
import { ImportsRepository } from './imports.repository.js';
import type { ImportFile } from './imports.types.js';
import type { RowTexts } from './row-texts.js';

/** Tells whether what a preview showed still holds. */
@Injectable()
export class PreviewCheck {
  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportRowsRepository) private readonly rows: ImportRowsRepository,
    @Inject(ImportFilesRepository) private readonly files: ImportFilesRepository,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /**
   * Asserts that an import would do what the preview showed, as far as that is known before it starts.
   * @throws ProblemError 404 for a preview of somebody else, 409 `previewNotReady`, and 409 `previewOutdated`, which says whether
   *   the file, the options or the data changed
   */
  async assertCurrent(
    previewId: string,
    file: ImportFile,
    options: ImportOptions,
    plan: ImportPlan,
  ): Promise<void> {
    const preview = await this.repository.get(previewId);
    if (!preview.isPreview || preview.createdBy?.id !== currentContext().actor.id)
      throw notFound('The preview');
    const texts = await this.repository.rowTexts(previewId);
    if (preview.status !== 'completed' || !texts)
      throw conflict(
        'previewNotReady',
        preview.status === 'queued' || preview.status === 'running'
          ? 'The preview is still being made. Wait until it is done, then start the import.'
          : "The preview wasn't completed or has expired. Preview the file again.",
      );
    const previewed = await this.files.evenRemoved(preview.fileId);
    if (previewed.sha256 !== file.sha256)
      throw outdated('file', 'The file differs from the one that was previewed.');
    if (!isDeepStrictEqual(plain(options), plain(preview.options)))
      throw outdated('options', 'The options differ from those that were previewed.');
    const context = await this.records.reader.contextFor(preview.object);
    const rights = importRights(this.records.reader, context);
    // Previews from before these were kept have none.
    if (preview.basis !== null && preview.basis !== basisOf(preview.object, context, rights))
      throw outdated(
        'data',
        "The company's settings or fields changed, so the file may be read differently.",
      );
    const changed = await this.changedRecords(previewId, context, rights);
    if (changed > 0)
      throw outdated(
        'data',
        `${changed === 1 ? 'A record' : `${changed} records`} that the import would change ${changed === 1 ? 'was' : 'were'} changed since the preview.`,
      );
    await this.assertFoundAgain(previewId, texts, plan, context, rights);
  }

  /** Asserts that names lead to the same records, and keys to none, as in the preview. @throws ProblemError */
  private async assertFoundAgain(
    previewId: string,
    texts: RowTexts,
    plan: ImportPlan,
    context: FilterContext,
    rights: ImportRights,
  ): Promise<void> {
    const descriptors = (key: string) => this.registry.forTenant(key, context.snapshot);
    for (let after = 0; ; ) {
      const { findings, last } = await this.rows.findingsAfter(previewId, texts, after, FINDINGS_AT_ONCE);
      if (last === undefined) return;
      after = last;
      const lookups = new ReferenceLookups(descriptors, rights);
      const different = await this.differentText(lookups, plan, findings);
      if (different !== undefined)
        throw outdated(
          'data',
          `"${different.text}" in the column "${different.column}" leads to other records than in the preview.`,
        );
      const matching = new RecordMatching(descriptors(plan.object), plan.matchBy, [], rights);
      const statement = matching.statement(findings.flatMap(({ unmatched }) => unmatched));
      const made = statement ? (await this.units.run((uow) => uow.run(statement))).length : 0;
      if (made)
        throw outdated(
          'data',
          `${made === 1 ? 'A record' : 'Records'} that the import would create ${made === 1 ? 'was' : 'were'} created since the preview.`,
        );
    }
  }

  /** Returns the first text that leads to other records than in the preview. */
  private async differentText(
    lookups: ReferenceLookups,
    plan: ImportPlan,
    findings: Findings[],
  ): Promise<{ text: string; column: string } | undefined> {
    const byKey = new Map(
      plan.targets.flatMap(({ reference, field, columnName }) => {
        if (!reference) return [];
        const lookup = lookups.of(reference.object, reference.by, field.lookupScope);
        return [[lookup.key, { lookup, columnName }] as const];
      }),
    );
    const told = findings.flatMap(({ references }) =>
      Object.entries(references).flatMap(([key, found]) => {
        const known = byKey.get(key);
        return known ? Object.entries(found).map(([text, then]) => ({ ...known, text, then })) : [];
      }),
    );
    for (const { lookup, text } of told) lookup.want(text);
    const wanted = lookups.statements();
    const rows = await this.units.run((uow) => uow.together(wanted.map(({ statement }) => statement)));
    for (const [i, { lookup }] of wanted.entries()) lookup.take(rows[i]!);
    const different = told.find(({ lookup, text, then }) => !leadsToSame(then, lookup.candidates(text)));
    return different && { text: shownText(different.text), column: different.columnName };
  }

  /** Returns how many of the matched records the caller no longer finds in the version that the preview found. */
  private changedRecords(
    previewId: string,
    { descriptor: { key, source } }: FilterContext,
    { readable }: ImportRights,
  ): Promise<number> {
    return this.rows.changedSince(previewId, source, (parts) => readable(key, 't', parts));
  }
}

/** Number of batches whose findings are compared at once. */
const FINDINGS_AT_ONCE = 8;

const plain = (options: ImportOptions): unknown => JSON.parse(JSON.stringify(options));

const outdated = (changed: 'file' | 'options' | 'data', detail: string) =>
  new ProblemError(409, 'previewOutdated', 'The preview is outdated', `${detail} Preview it again.`, {
    changed,
  });
