import { Inject, Injectable } from '@nestjs/common';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { ImportAccess, importTarget } from '@pellucid/modules/imports';
import { AccessDirectory, type TenantSnapshot } from '@pellucid/platform/access';
import { type FieldProblem, pointer } from '@pellucid/platform/errors';
import { PEOPLE, type RecordDescriptor, RecordRegistry, RecordService } from '@pellucid/platform/records';
import { addsToRecords, type SourceSystem, STAGES } from '../catalogues/index.js';
import type { MovePlan, PlannedFile } from './move-plan.js';

/** Checks plans under the rights that the context's actor has now. */
@Injectable()
export class PlanChecks {
  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(ImportAccess) private readonly access: ImportAccess,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** Returns what keeps the plan from being carried out, with pointers into it. */
  async problems(plan: MovePlan, source: SourceSystem): Promise<FieldProblem[]> {
    const snapshot = await this.directory.current();
    const problems: FieldProblem[] = [];
    const refuse = (at: (string | number)[], code: string, message: string) =>
      problems.push({ pointer: pointer(...at), code, message });
    for (const [i, file] of plan.files.entries())
      if (file.isIncluded && file.brings !== 'people')
        this.checkFile(file, i, addsToRecords(source, file.kind), snapshot, refuse);
    const includes = plan.files.some(({ isIncluded, brings }) => isIncluded && brings !== 'people');
    for (const [i, { stage, isNew, name }] of (includes ? plan.stages : []).entries())
      if (stage === null && !isNew)
        refuse(['stages', i, 'stage'], 'required', `Choose a stage for "${name}", or let the move make it.`);
    this.checkMade(plan, snapshot, refuse);
    await this.checkChosen(plan, refuse);
    return problems;
  }

  private checkFile(
    file: PlannedFile,
    i: number,
    isAddition: boolean,
    snapshot: TenantSnapshot,
    refuse: (at: (string | number)[], code: string, message: string) => void,
  ): void {
    const object = file.object!;
    const creates = file.brings === 'records' && !isAddition;
    const may = ['import', ...(creates ? ['create'] : []), 'update'].every((action) =>
      this.directory.may(snapshot, { object, action }),
    );
    if (!may) {
      refuse(
        ['files', i, 'isIncluded'],
        'permissionMissing',
        `Your roles don't let you import ${file.name}. Leave the file out.`,
      );
      return;
    }
    if (file.brings !== 'records') return;
    const descriptor = this.access.writable(this.registry.forTenant(object, snapshot), snapshot);
    const taken = new Map<string, string>();
    for (const [n, { name, field, newField }] of file.columns.entries()) {
      const at = ['files', i, 'columns', n];
      const key = newField ? CUSTOM_PREFIX + newField.name : field;
      if (key === null) continue;
      const other = taken.get(key);
      if (other !== undefined)
        refuse(
          [...at, 'field'],
          'mappedTwice',
          `"${other}" and "${name}" of ${file.name} fill the same field. Keep one.`,
        );
      taken.set(key, name);
      if (newField && !this.directory.may(snapshot, { system: 'manageFields' }))
        refuse(
          [...at, 'newField'],
          'permissionMissing',
          "Your roles don't let you add fields. Choose a field, or leave the column out.",
        );
      if (!newField && !importTarget(descriptor, key))
        refuse([...at, 'field'], 'unknownField', unknownField(key, descriptor));
    }
    if (![...taken.keys()].includes('externalId'))
      refuse(
        ['files', i, 'columns'],
        'idMissing',
        `Keep the column with the IDs of ${file.name}. Records are matched by it.`,
      );
  }

  private checkMade(
    { people, stages }: MovePlan,
    snapshot: TenantSnapshot,
    refuse: (at: (string | number)[], code: string, message: string) => void,
  ): void {
    const may = (object: string) => this.directory.may(snapshot, { object, action: 'create' });
    const person = people.findIndex(({ isNew, member }) => isNew && member === null);
    if (person >= 0 && !may(PEOPLE))
      refuse(
        ['people', person, 'isNew'],
        'permissionMissing',
        "Your roles don't let you add people. Choose a person, or nobody.",
      );
    const stage = stages.findIndex((one) => one.isNew && one.stage === null);
    if (stage >= 0 && !may(STAGES))
      refuse(
        ['stages', stage, 'isNew'],
        'permissionMissing',
        "Your roles don't let you add stages. Choose one.",
      );
  }

  /** People and stages that were chosen must be ones that the caller sees. */
  private async checkChosen(
    { people, stages }: MovePlan,
    refuse: (at: (string | number)[], code: string, message: string) => void,
  ): Promise<void> {
    const members = new Set(
      await this.records.reader.visibleIds(
        PEOPLE,
        people.flatMap(({ member }) => member ?? []),
      ),
    );
    const known = new Set(
      await this.records.reader.visibleIds(
        STAGES,
        stages.flatMap(({ stage }) => stage ?? []),
      ),
    );
    for (const [i, { member }] of people.entries())
      if (member !== null && !members.has(member))
        refuse(['people', i, 'member'], 'referenceMissing', "This person doesn't exist. Choose another one.");
    for (const [i, { stage }] of stages.entries())
      if (stage !== null && !known.has(stage))
        refuse(['stages', i, 'stage'], 'referenceMissing', "This stage doesn't exist. Choose another one.");
  }
}

function unknownField(key: string, { pluralLabel }: RecordDescriptor): string {
  return `"${key.slice(0, 80)}" isn't a field of ${pluralLabel.toLowerCase()} that you can import. Choose another one.`;
}
