import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { RecordService } from '@pellucid/platform/records';
import { ProvisioningRegistry } from '@pellucid/platform/tenancy';
import { defaultPipelineStep } from './default-pipeline.step.js';
import { PipelineDirectory } from './pipeline-directory.js';
import { defaultPipelineParticipant, stageRulesParticipant } from './pipelines.participants.js';

/** Pipelines and their stages. */
@Module({ providers: [PipelineDirectory], exports: [PipelineDirectory] })
export class PipelinesModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(ProvisioningRegistry) private readonly provisioning: ProvisioningRegistry,
  ) {}

  onModuleInit(): void {
    this.records.participate(defaultPipelineParticipant(this.records));
    this.records.participate(stageRulesParticipant(this.records));
    this.provisioning.register(defaultPipelineStep(this.records));
  }
}
