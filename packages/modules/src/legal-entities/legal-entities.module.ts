import { Module } from '@nestjs/common';

/** Legal entities consist of a description only; the record engine does the rest. */
@Module({})
export class LegalEntitiesModule {}
