import { Module } from '@nestjs/common';
import { IdentityModule } from '@pellucid/modules/identity';
import { AccessFrame } from './access-frame.js';
import { RecordCountsRepository } from './roles/record-counts.repository.js';
import { RoleFieldUses } from './roles/role-field-uses.js';
import { RolePreviewService } from './roles/role-preview.service.js';
import { RolesRepository } from './roles/roles.repository.js';
import { RolesService } from './roles/roles.service.js';
import { BulkShares } from './shares/bulk-shares.js';
import { ShareLimits } from './shares/share-limits.js';
import { UndoneShares } from './shares/undone-shares.js';
import { MergedShares } from './shares/merged-shares.js';
import { SharesRepository } from './shares/shares.repository.js';
import { SharesService } from './shares/shares.service.js';

/** Roles and shares for API and worker: who may do what with which records. */
@Module({
  imports: [IdentityModule],
  providers: [
    AccessFrame,
    BulkShares,
    ShareLimits,
    UndoneShares,
    MergedShares,
    RecordCountsRepository,
    RoleFieldUses,
    RolePreviewService,
    RolesRepository,
    RolesService,
    SharesRepository,
    SharesService,
  ],
  exports: [RolePreviewService, RolesService, SharesService],
})
export class AccessModule {}
