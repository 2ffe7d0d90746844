import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { RecordService, type WriteBatch } from '@pellucid/platform/records';

/** Restricts changes of fields that decide what people may see to people who manage users. */
@Injectable()
export class AccessFrame implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  onModuleInit(): void {
    this.records.participate({
      name: 'access.frame',
      objects: this.records.reader.registry
        .product()
        .filter(({ fields }) => fields.some((f) => f.framesAccess))
        .map(({ key }) => key),
      phase: 'checks',
      order: 100,
      run: (batch) => this.check(batch),
    });
  }

  private check({ descriptor, operation, asks, rows, snapshot }: WriteBatch): void {
    if (asks === 'product' || this.directory.may(snapshot, { system: 'manageUsers' })) return;
    if (operation === 'delete') {
      // The caller may not be allowed to know whether the team has members, so the answer never depends on it.
      if (descriptor.key === 'team')
        for (const row of rows)
          row.fail(
            403,
            'framesRights',
            'Deleting a team changes what people can see. It requires the right "Manage people".',
          );
      return;
    }
    // A team without members gives nobody rights, so anybody may create one, even below another team.
    for (const row of rows)
      for (const { key, label } of descriptor.fields.filter((f) => f.framesAccess))
        if (row.ok && row.before && row.mayChange(key))
          row.refuse(
            key,
            'framesRights',
            `"${label}" affects what people can see: changing it requires the right "Manage people".`,
          );
  }
}
