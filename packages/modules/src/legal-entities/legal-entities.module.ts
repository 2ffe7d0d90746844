import { Module } from '@nestjs/common';

/** Legal entities bring a description only: the record engine does the rest. */
@Module({})
export class LegalEntitiesModule {}
