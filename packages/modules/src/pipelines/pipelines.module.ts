import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { RecordService } from '@pellucid/platform/records';
import { ProvisioningRegistry } from '@pellucid/platform/tenancy';
import { defaultPipelineStep } from './default-pipeline.step.js';
import { PipelineDirectory } from './pipeline-directory.js';
import { defaultPipelineParticipants } from './default-pipeline.participants.js';
import { stageParticipants } from './stages.participants.js';

/** Pipelines and their stages. */
@Module({ providers: [PipelineDirectory], exports: [PipelineDirectory] })
export class PipelinesModule implements OnModuleInit {
  constructor(
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(ProvisioningRegistry) private readonly provisioning: ProvisioningRegistry,
  ) {}

  onModuleInit(): void {
    for (const participant of [
      ...defaultPipelineParticipants(this.records),
      ...stageParticipants(this.records),
    ])
      this.records.participate(participant);
    this.provisioning.register(defaultPipelineStep(this.records));
  }
}
