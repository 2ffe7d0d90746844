import { Module } from '@nestjs/common';

/** Teams bring a description only: the record engine does the rest. */
@Module({})
export class TeamsModule {}
