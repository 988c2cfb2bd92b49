module sluice/e2e/cluster/workload

go 1.26.0
