# d
