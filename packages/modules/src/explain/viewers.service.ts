import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory, type FieldLevel } from '@pellucid/platform/access';
import { forbidden, notFound } from '@pellucid/platform/errors';
import {
  FIELD_ACCESS,
  type FieldAccess,
  RecordReader,
  RecordRegistry,
  RecordViews,
  PEOPLE,
} from '@pellucid/platform/records';
import type { Viewer } from './explanation.js';
import { QuestionChecks } from './question-checks.js';
import { RightsService } from './rights.service.js';

/** Lists who can see a record. */
@Injectable()
export class ViewersService {
  constructor(
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordViews) private readonly views: RecordViews,
    @Inject(FIELD_ACCESS) private readonly access: FieldAccess,
    @Inject(RightsService) private readonly rights: RightsService,
    @Inject(QuestionChecks) private readonly checks: QuestionChecks,
  ) {}

  /** Returns everybody with a log-in and every key, with what they see of the record or field; widest first. */
  async of(question: { object: string; record: string; field?: string | undefined }): Promise<Viewer[]> {
    const snapshot = await this.directory.current();
    const descriptor = this.registry.find(question.object, snapshot);
    const field = this.checks.fieldOf(descriptor, { ...question, action: 'read' });
    const visible = await this.reader.visibleIds(descriptor.key, [question.record]);
    if (!visible.has(question.record)) throw notFound(`This ${descriptor.label.toLowerCase()}`);
    const mine = this.access.decide(PEOPLE, 'read', snapshot);
    if (!mine.allowed)
      throw forbidden('permissionMissing', "Your roles don't show you the people of this company.");
    const subjects = [
      ...[...snapshot.members.values()]
        .filter((m) => m.status === 'active')
        .map((m) => this.directory.memberSubject(snapshot, m.id)!),
      ...(this.checks.mayAskAboutOthers(snapshot)
        ? [...snapshot.apiKeys.keys()].map((id) => this.directory.keySubject(snapshot, id)!)
        : []),
    ];
    const people = new Set(
      (
        await this.reader.visibleIds(
          PEOPLE,
          subjects.flatMap((s) => (s.kind === 'member' ? [s.id!] : [])),
        )
      ).values(),
    );
    const names = await this.reader.visibleNames(PEOPLE, people);
    const order: FieldLevel[] = ['edit', 'view', 'mask', 'hidden'];
    const stored = (await this.views.viewsOf(descriptor.key, [question.record])).get(question.record)!;
    const viewers = subjects
      .filter((s) => s.kind === 'apiKey' || people.has(s.id!))
      .map((subject): Viewer | undefined => {
        const access = this.access.decide(descriptor.key, 'read', snapshot, subject);
        if (!access.allowed || !this.checks.isLive(subject, snapshot)) return undefined;
        const judged = this.checks.judged(stored, subject, snapshot).view;
        const asked = this.rights.askedOf(descriptor, snapshot, subject, judged);
        const view = asked.record!.view;
        if (this.checks.withheldDeciders(access, subject, stored, descriptor, snapshot, field).length)
          return undefined;
        if (!this.access.admits(access, view, snapshot)) return undefined;
        return {
          subject: {
            kind: subject.kind as 'member' | 'apiKey',
            id: subject.id!,
            name: subject.kind === 'member' ? (names.get(subject.id!) ?? '') : subject.name,
          },
          effect: this.rights.effectOf(asked, 'read', field),
          canUpdate: this.rights.may(asked, 'update'),
          roles: [
            ...new Set(
              access.branches
                .filter(
                  (b) => !b.condition || this.access.holds(descriptor.key, b.condition, view.state, snapshot),
                )
                .map((b) => b.grant.role.name),
            ),
          ],
          shared: view.shared !== null,
          linked: view.linked !== null,
        };
      });
    return viewers
      .filter((v) => v !== undefined)
      .filter((v) => v.effect !== 'hidden')
      .sort(
        (a, b) =>
          order.indexOf(a.effect) - order.indexOf(b.effect) || a.subject.name.localeCompare(b.subject.name),
      );
  }
}
