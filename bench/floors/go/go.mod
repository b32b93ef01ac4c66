module stowage.test/floors

go 1.21
