import { Module } from '@nestjs/common';
import { CustomFieldsModule } from '@pellucid/modules/custom-fields';
import { ImportsModule } from '@pellucid/modules/imports';
import { UndoModule } from '@pellucid/modules/undo';
import { MovesRepository } from './moves.repository.js';
import { MovesService } from './moves.service.js';
import { MovePlanner } from './planning/move-planner.js';
import { PlanChecks } from './planning/plan-checks.js';
import { PlanMatches } from './planning/plan-matches.js';
import { MoveRollbackService } from './rollback/move-rollback.service.js';
import { LinkMaker } from './running/link-maker.js';
import { MoveRunner } from './running/move-runner.js';
import { PreparedFiles } from './running/prepared-file.js';
import { StageHistoryStep } from './running/stage-history-step.js';

/** Guided moves from other CRMs. */
@Module({
  imports: [CustomFieldsModule, ImportsModule, UndoModule],
  providers: [
    MovesRepository,
    MovePlanner,
    PlanMatches,
    PlanChecks,
    MovesService,
    MoveRollbackService,
    LinkMaker,
    PreparedFiles,
    StageHistoryStep,
    MoveRunner,
  ],
  exports: [MovesRepository, MovesService, MoveRollbackService, MoveRunner],
})
export class MovesModule {}
