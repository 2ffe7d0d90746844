import { Module } from '@nestjs/common';

/** Teams consist of a description only; the record engine does the rest. */
@Module({})
export class TeamsModule {}
